import { inject } from 'inversify';
import { Action, Controller } from '../../decorators/index.js';
import { buildActionTable } from '../../runtime/server/actions/action-table.js';
import { CurrentCall } from '../../runtime/server/actions/current-call.js';
import { type AuthenticationRequest, Authenticator } from '../../runtime/server/delivery/authenticator.js';
import { CurrentUser } from '../../runtime/server/delivery/current-user.js';
import type { ClientManifest, ServerManifest } from '../../src/contract/manifest.js';
import type { ClientMessage, Identity } from '../../src/contract/register.js';
import { RocketError } from '../../src/errors.js';

/** Whom something is sent to, and how. */
export interface Letter {
  readonly to:
    | { readonly kind: 'caller' }
    | { readonly kind: 'user'; readonly user: string }
    | { readonly kind: 'groups'; readonly groups: readonly string[] }
    | { readonly kind: 'session'; readonly client: number }
    | { readonly kind: 'everyone' };
  readonly exceptCaller?: boolean;
  readonly volatile?: boolean;
  readonly latest?: string;
  readonly awaited?: boolean;
}

/** What an action does, in this order. */
export type Deed = Letter | { readonly wait: number } | { readonly fail: true };

/** The node on which an action runs, as the action sees it: what it does is written down there. */
export abstract class Surroundings {
  abstract begins(call: string, user: CurrentUser): void;
  abstract ends(call: string): void;
  abstract send(letter: Letter, call: string, user: CurrentUser): Promise<void>;
  abstract wait(ms: number, signal: AbortSignal): Promise<void>;
  abstract join(user: CurrentUser, group: string, isPresent: boolean): Promise<void>;
  abstract leave(user: CurrentUser, group: string): Promise<void>;
}

interface Work {
  readonly call: string;
  readonly deeds: readonly Deed[];
}

@Controller()
export class WorkController {
  constructor(
    @inject(CurrentUser) private readonly user: CurrentUser,
    @inject(CurrentCall) private readonly current: CurrentCall,
    @inject(Surroundings) private readonly surroundings: Surroundings,
  ) {}

  @Action()
  run(work: Work): Promise<string> {
    return this.work(work);
  }

  @Action({ idempotent: true })
  again(work: Work): Promise<string> {
    return this.work(work);
  }

  @Action()
  async *count({ call, items, pause }: { call: string; items: number; pause: number }) {
    this.surroundings.begins(call, this.user);
    for (let number = 0; number < items; number += 1) {
      if (pause > 0 && number % 7 === 6) await this.surroundings.wait(pause, this.current.signal);
      yield number;
    }
    this.surroundings.ends(call);
    return call;
  }

  @Action()
  async join({ call, group, isPresent }: { call: string; group: string; isPresent: boolean }) {
    this.surroundings.begins(call, this.user);
    await this.surroundings.join(this.user, group, isPresent);
    this.surroundings.ends(call);
    return call;
  }

  @Action()
  async leave({ call, group }: { call: string; group: string }) {
    this.surroundings.begins(call, this.user);
    await this.surroundings.leave(this.user, group);
    this.surroundings.ends(call);
    return call;
  }

  private async work({ call, deeds }: Work): Promise<string> {
    this.surroundings.begins(call, this.user);
    for (const deed of deeds) {
      if ('wait' in deed) await this.surroundings.wait(deed.wait, this.current.signal);
      else if ('fail' in deed) {
        this.surroundings.ends(call);
        throw new RocketError('as_asked', 'The call failed, as it was asked to');
      } else {
        const sent = this.surroundings.send(deed, call, this.user);
        if (deed.awaited) await sent;
      }
    }
    this.surroundings.ends(call);
    return call;
  }
}

/** Whoever says a name is believed. */
export class SimulatedAuthenticator extends Authenticator {
  authenticate({ auth }: AuthenticationRequest): Identity {
    return { id: (auth as { readonly user: string }).user };
  }
}

const asItIs = (value: unknown) => value;
const actions = ['run', 'again', 'count', 'join', 'leave'];

export const serverManifest: ServerManifest = {
  contract: 'simulated',
  actions: Object.fromEntries(actions.map((name) => [`Work.${name}`, asItIs])),
  clientActions: { 'Post.letter': null, 'Post.presence': null },
  results: {},
  items: {},
};

export const clientManifest: ClientManifest = {
  contract: 'simulated',
  actions: { Work: actions },
  clientActions: { Post: ['letter', 'presence'] },
  streams: ['Work.count'],
  encodeParams: {},
  reviveResult: {},
  reviveItem: {},
  reviveArgs: {},
  fields: {},
};

export const controllers = new Map([[WorkController, 'spec/simulation/app.ts']]);

/** What `Post.letter` is called with, and what tells of presence. */
export const letter = (id: string) => ({ 'Post.letter': { id } }) as unknown as ClientMessage;
export const presence = (user: string, group: string, isThere: boolean) =>
  ({ 'Post.presence': { user, group, isThere } }) as unknown as ClientMessage;

/** The name of the letter in an entry's body; undefined: there is none. */
export function letterIn(body: string | undefined): string | undefined {
  return body === undefined ? undefined : /^"Post\.letter":\{"id":"(\w+)"\}/.exec(body)?.[1];
}

export function actionTable() {
  const { table, problems } = buildActionTable(controllers, serverManifest);
  if (problems.length > 0) throw new Error(`The simulated app has mistakes: ${JSON.stringify(problems)}`);
  return table;
}
