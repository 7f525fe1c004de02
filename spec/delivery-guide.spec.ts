import { expect, test } from '@jest/globals';
import { complaints, examplesOf } from './support/docs/examples.js';

const examples = examplesOf('docs/guides/delivery.md');
const isModule = (example: string) => /^(\/\/ app|@Controller)/.test(example);

/** The app that the guide speaks of; its examples stand in the bodies of actions, or are files of their own. */
const chart = (body: string) => `
import { Action, Controller, CurrentUser, Presence, Transmitter } from 'rocket-io';

export interface Chart { id: string }

export interface ChartClient {
  show(args: { chart: Chart }): void;
  changed(args: { chart: Chart }): void;
  entered(args: { id: string; name: string }): void;
  departed(args: { id: string }): void;
}

@Controller<ChartClient>()
export class ChartController {
  constructor(
    private readonly currentUser: CurrentUser,
    private readonly transmitter: Transmitter,
    private readonly presence: Presence,
  ) {}

  @Action()
  show({ id }: { id: string }): void {
    this.currentUser.transmit({ 'Chart.show': { chart: { id } } });
  }

  @Action()
  async example({ chart, text, bed, bpm, x, y, name }: Given): Promise<unknown> {
    ${body}
    return [chart, text, bed, bpm, x, y, name].length;
  }
}

export interface Given { chart: Chart; text: string; bed: number; bpm: number; x: number; y: number; name: string }
`;

const others = `
import { Controller } from 'rocket-io';

export interface AppClient {
  notice(args: { text: string }): void;
  alarm(args: { text: string }): void;
}
@Controller<AppClient>()
export class AppController {}

export interface PulseClient { is(args: { bed: number; bpm: number }): void }
@Controller<PulseClient>()
export class PulseController {}

export interface PointerClient { at(args: { x: number; y: number }): void }
@Controller<PointerClient>()
export class PointerController {}
`;

const payment = (example: string) => `
import { Action, Controller, CurrentCall } from 'rocket-io';

export interface Receipt { id: string }

export class Payments {
  async pay(amount: number, { key }: { key: string; signal: AbortSignal }): Promise<Receipt> {
    return { id: key + amount };
  }
}

${example}
`;

const client = (example: string) => `
import { start } from '#rocket/client';
import type { ChartClientController, AppClientController, PulseClientController, PointerClientController } from '#rocket/client';

declare const id: string;
declare const ChartController: new (...args: ConstructorParameters<typeof ChartClientController>) => ChartClientController;
declare function showReloadHint(): void;
declare const App: new (...args: ConstructorParameters<typeof AppClientController>) => AppClientController;
declare const Pulse: new (...args: ConstructorParameters<typeof PulseClientController>) => PulseClientController;
declare const Pointer: new (...args: ConstructorParameters<typeof PointerClientController>) => PointerClientController;

${example.replace('Chart: ChartController', 'Chart: ChartController, App, Pulse, Pointer')}
`;

test('the examples of docs/guides/delivery.md fit the types of the package and of a generated client', async () => {
  const [page, sending, pay, present] = examples;
  expect(examples).toHaveLength(4);
  expect(examples.map(isModule)).toEqual([true, false, true, false]);
  expect(
    await complaints({
      'app/controllers/chart.controller.ts': chart(`${sending}\n${present}`),
      'app/controllers/other.controller.ts': others,
      'app/controllers/payment.controller.ts': payment(pay ?? ''),
      'page.ts': client(page ?? ''),
    }),
  ).toEqual([]);
}, 60_000);
