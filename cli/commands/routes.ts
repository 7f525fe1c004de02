import type { Command } from 'commander';
import type { Contract, SourcePlace } from '../../src/contract/contract.js';
import type { Shape } from '../../src/contract/shape.js';
import { shapeText } from '../../src/contract/shape-text.js';
import { readApp } from '../contract.js';
import { exitCodes, type Output, plural } from '../output.js';
import { rootOption } from '../project.js';

interface RoutesOptions {
  readonly root: string;
  readonly json?: true;
}

/** One call, in either direction. */
interface Route {
  readonly call: string;
  /** Who runs it. */
  readonly runs: 'server' | 'client';
  /** What it takes, as TypeScript; absent where it takes nothing. */
  readonly takes?: string;
  /** What it answers with; absent where that is nothing. */
  readonly gives?: string;
  /** What it streams before it answers. */
  readonly streams?: string;
  readonly doc?: string;
  readonly source: SourcePlace;
}

export function addRoutesCommand(program: Command, output: Output): void {
  program
    .command('routes')
    .summary('list actions and client actions')
    .description('Lists what clients may call and what the server may call on clients, with file and line.')
    .addOption(rootOption())
    .option('--json', 'print the list as JSON, for programs')
    .addHelpText('after', '\nExamples:\n  $ rocket routes\n  $ rocket routes --json | jq .routes[].call')
    .action(async (options: RoutesOptions) => {
      process.exitCode = await routesCommand(options, output);
    });
}

async function routesCommand({ root, json }: RoutesOptions, output: Output): Promise<number> {
  const { contract, diagnostics } = await readApp(root);
  const isFine = diagnostics.length === 0;
  if (json) {
    output.json({ ok: isFine, diagnostics, routes: isFine ? routesOf(contract) : [] });
  } else if (isFine) {
    showRoutes(routesOf(contract), output);
  } else {
    output.diagnostics(diagnostics);
    output.verdict(`No list: ${plural(diagnostics.length, 'error')}`);
  }
  return isFine ? exitCodes.fine : exitCodes.problems;
}

function routesOf({ controllers, types }: Contract): Route[] {
  return controllers.flatMap(({ name, actions, clientActions }) => [
    ...actions.map(
      ({ name: action, doc, source, params, result, items }): Route => ({
        ...{ call: `${name}.${action}`, runs: 'server', source },
        ...(params && { takes: parameterText(params, types) }),
        ...(result && { gives: shapeText(result) }),
        ...(items && { streams: shapeText(items) }),
        ...(doc !== undefined && { doc }),
      }),
    ),
    ...clientActions.map(
      ({ name: action, doc, source, args }): Route => ({
        ...{ call: `${name}.${action}`, runs: 'client', source },
        ...(args && { takes: parameterText(args, types) }),
        ...(doc !== undefined && { doc }),
      }),
    ),
  ]);
}

/** The properties with their types: here they say more than the name of the whole. */
function parameterText(shape: Shape, types: Contract['types']): string {
  const object = shape.kind === 'ref' ? types[shape.name] : shape;
  if (object?.kind !== 'object') return shapeText(shape);
  const properties = object.properties.map(
    ({ name, optional, shape: inner }) => `${name}${optional ? '?' : ''}: ${shapeText(inner)}`,
  );
  return `{ ${properties.join('; ')} }`;
}

function showRoutes(routes: readonly Route[], output: Output): void {
  const groups = [
    ['Clients may call', routes.filter(({ runs }) => runs === 'server')],
    ['The server may call on clients', routes.filter(({ runs }) => runs === 'client')],
  ] as const;
  for (const [title, group] of groups) {
    output.line(output.strong(`${title}: ${group.length === 0 ? 'nothing' : ''}`.trimEnd()));
    for (const [call, signature, place] of aligned(group.map(rowOf))) {
      output.line(`  ${call}  ${signature}  ${output.dim(place)}`);
    }
    output.line('');
  }
}

type Row = readonly [call: string, signature: string, place: string];

function rowOf({ call, takes = '', gives, streams, source }: Route): Row {
  const answers = [...(streams ? [`streams ${streams}`] : []), ...(gives ? [`→ ${gives}`] : [])];
  const signature = [takes, ...answers].filter((text) => text !== '').join(' ');
  return [call, signature, `${source.file}:${source.line}`];
}

/** What is longer than this stands out into the next column rather than widen all rows. */
const widest = 60;

function aligned(rows: readonly Row[]): Row[] {
  const width = (column: 0 | 1) => Math.min(widest, Math.max(0, ...rows.map((row) => row[column].length)));
  const [first, second] = [width(0), width(1)];
  return rows.map(([call, signature, place]) => [call.padEnd(first), signature.padEnd(second), place]);
}
