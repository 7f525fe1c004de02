// An app of any size: each controller has a model, seven actions, four client actions and three templates.

const words = [
  'Album',
  'Artist',
  'Basket',
  'Concert',
  'Friend',
  'Genre',
  'Label',
  'Playlist',
  'Song',
  'Ticket',
];

/** `Album`, …, `Ticket`, `Album2`, …: the name of a controller. */
export function nameOf(index) {
  const round = Math.floor(index / words.length);
  return words[index % words.length] + (round === 0 ? '' : round + 1);
}

/** The files of the app, by path. */
export function appOf(size) {
  const names = Array.from({ length: size }, (_, index) => nameOf(index));
  return Object.fromEntries([
    ['package.json', '{ "name": "bench", "type": "module", "imports": { "#rocket/*": "./.rocket/*.js" } }\n'],
    ['app/models/page.ts', pageModel],
    ['app/views/layout.pug', '#content\n'],
    ['app/views/_pages.pug', pagesPartial],
    ...names.flatMap((name) => [controllerOf(name), modelOf(name), ...viewsOf(name)]),
  ]);
}

const pageModel = `/** One page of a long list. */
export interface Page<Row> {
  rows: Row[];
  page: number;
  pages: number;
}
`;

const pagesPartial = `if pages > 1
  p= 'Page ' + page + ' of ' + pages
`;

export function controllerOf(name, { comment, property } = {}) {
  const file = `app/controllers/${name.toLowerCase()}.controller.ts`;
  const text = `import { Action, Controller, CurrentUser, NotFound, redirect, Transmitter } from 'rocket-io';
import type { Redirect } from 'rocket-io';
import type { Page } from '../models/page.js';
import { ${name}Repository } from '../models/${name.toLowerCase()}.js';
import type { ${name}Fields, ${name}View } from '../models/${name.toLowerCase()}.js';

/** What the server may call on the client's ${name}Controller. */
export interface ${name}Client {
  index(args: Page<${name}View>): void;
  show(args: { item: ${name}View }): void;
  edit(args: { item: ${name}View | null${property === undefined ? '' : `; ${property}?: string`} }): void;
  changed(args: { item: ${name}View }): void;
}
${comment === undefined ? '' : `\n// ${comment}\n`}
@Controller<${name}Client>()
export class ${name}Controller {
  constructor(
    private readonly items: ${name}Repository,
    private readonly currentUser: CurrentUser,
    private readonly transmitter: Transmitter,
  ) {}

  /** Draws a page of the list. */
  @Action()
  async index({ page = 1 }: { page?: number }): Promise<void> {
    await this.currentUser.transmit({ '${name}.index': await this.items.page(page) });
  }

  /** Draws one. */
  @Action()
  async show({ id }: { id: number }): Promise<void> {
    await this.currentUser.transmit({ '${name}.show': { item: await this.item(id) } });
  }

  /** Draws an empty form, or that of an item. */
  @Action()
  async edit({ id }: { id?: number }): Promise<void> {
    const item = id === undefined ? null : await this.item(id);
    await this.currentUser.transmit({ '${name}.edit': { item } });
  }

  @Action()
  async create({ item }: { item: ${name}Fields }): Promise<Redirect> {
    const created = await this.items.save(item);
    await this.transmitter.toEveryone().transmit({ '${name}.changed': { item: created } });
    return redirect({ '${name}.show': { id: created.id } });
  }

  @Action()
  async update({ id, item }: { id: number; item: Partial<${name}Fields> }): Promise<Redirect> {
    const updated = await this.items.save({ ...(await this.item(id)), ...item });
    await this.transmitter.toEveryone().transmit({ '${name}.changed': { item: updated } });
    return redirect({ '${name}.show': { id } });
  }

  /** How many there are of a kind. */
  @Action()
  async count({ kind }: { kind: ${name}View['kind'] }) {
    return { kind, count: await this.items.count(kind) };
  }

  @Action()
  async search({ text, limit }: { text: string; limit?: number }): Promise<Pick<${name}View, 'id' | 'title'>[]> {
    const { rows } = await this.items.page(1);
    return rows.filter(({ title }) => title.includes(text)).slice(0, limit ?? 10);
  }

  private async item(id: number): Promise<${name}View> {
    const item = await this.items.find(id);
    if (item === null) throw new NotFound();
    return item;
  }
}
`;
  return [file, text];
}

function modelOf(name) {
  const text = `import type { Page } from './page.js';

/** What people may change. */
export interface ${name}Fields {
  /** Shown everywhere. */
  title: string;
  kind: 'single' | 'album' | 'live';
  price: number | null;
  tags?: string[];
}

export interface ${name}View extends ${name}Fields {
  id: number;
  changedAt: Date;
}

export class ${name}Repository {
  private readonly items = new Map<number, ${name}View>();

  async page(page: number): Promise<Page<${name}View>> {
    return { rows: [...this.items.values()], page, pages: 1 };
  }

  async find(id: number): Promise<${name}View | null> {
    return this.items.get(id) ?? null;
  }

  async save(fields: ${name}Fields): Promise<${name}View> {
    const item = { ...fields, id: this.items.size + 1, changedAt: new Date() };
    this.items.set(item.id, item);
    return item;
  }

  async count(kind: ${name}View['kind']): Promise<number> {
    return [...this.items.values()].filter((item) => item.kind === kind).length;
  }
}
`;
  return [`app/models/${name.toLowerCase()}.ts`, text];
}

/** The template of a list. */
export function viewOf(name, title = 'All') {
  const folder = `app/views/${name.toLowerCase()}`;
  const text = `h1 ${title}
ul
  each item in rows
    li(class=item.kind)
      != linkTo(item.title, { '${name}.show': { id: item.id } })
      if item.price !== null
        span= item.price.toFixed(2)
include ../_pages.pug
`;
  return [`${folder}/index.pug`, text];
}

function viewsOf(name) {
  const folder = `app/views/${name.toLowerCase()}`;
  const show = `h1= item.title
p= item.kind + ', ' + item.changedAt.getFullYear()
ul
  each tag in item.tags || []
    li= tag
!= linkTo('All', { '${name}.index': {} })
`;
  const edit = `form(action='${name}.create')
  != textInput('item.title', item ? item.title : '', { label: 'Title', required: true })
  button Save
`;
  return [viewOf(name), [`${folder}/show.pug`, show], [`${folder}/edit.pug`, edit]];
}
