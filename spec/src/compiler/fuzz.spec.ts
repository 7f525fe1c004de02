import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import ts from 'typescript6';
import { encodeValue } from '../../../src/contract/encoders.js';
import type { ServerManifest } from '../../../src/contract/manifest.js';
import type { Issue } from '../../../src/errors.js';
import { declarations, type FuzzType, fuzzType, typeOfValue } from './fuzz-types.js';
import { controllerSource, Project } from './project.js';

const seed = 20_111_107;
const project = new Project();

afterAll(() => project[Symbol.dispose]());

test('a validator accepts what TypeScript accepts, for random types and values', async () => {
  const types = compilable(fc.sample(fuzzType, { seed, numRuns: 300 }));
  const manifest = await project.load<ServerManifest>('server.js');
  const cases = types.flatMap(([name, type]) =>
    fc.sample(type.values, { seed, numRuns: 10 }).map((value) => ({ name, type, value })),
  );
  const verdicts = checkerVerdicts(cases);
  let accepted = 0;
  for (const [index, { name, type, value }] of cases.entries()) {
    const issues: Issue[] = [];
    const result = manifest.actions[`Test.${name}`]?.({ value }, issues, false);
    const fits = issues.length === 0;
    if (fits !== verdicts[index]) {
      throw new Error(
        `${type.declared}\nTypeScript ${verdicts[index] ? 'accepts' : 'refuses'}\n${JSON.stringify(value)}\nbut the validator says ${JSON.stringify(issues)}`,
      );
    }
    if (!fits) continue;
    accepted++;
    // What was taken and goes out again is the same when it comes back.
    const again: Issue[] = [];
    const sent = JSON.parse(JSON.stringify(encodeValue(result))) as unknown;
    expect(manifest.actions[`Test.${name}`]?.(sent, again, false)).toEqual(result);
    expect(again).toEqual([]);
  }
  // The fuzzer is worth something only if it meets both.
  expect(types.length).toBeGreaterThan(200);
  expect(accepted / cases.length).toBeGreaterThan(0.3);
  expect(accepted / cases.length).toBeLessThan(0.9);
}, 60_000);

/** Compiles an action for each type; those that cannot be told apart on the wire are left out. */
function compilable(types: readonly FuzzType[]): (readonly [name: string, type: FuzzType])[] {
  const named = types.map((type, index) => [`a${index}`, type] as const);
  const write = (all: typeof named) => {
    const actions = Object.fromEntries(all.map(([name, type]) => [name, `{ value: ${type.declared} }`]));
    const source = controllerSource(actions, declarations.declared);
    project.write(
      'app/controllers/test.controller.ts',
      `import type { MinLength } from 'rocket-io';\n${source}`,
    );
    return project.compile().diagnostics;
  };
  const told = write(named).map(({ message }) => message);
  for (const message of told) expect(message).toContain('look the same as JSON');
  const refused = new Set(told.map((message) => /parameter of Test\.(a\d+)/.exec(message)?.[1]));
  const left = named.filter(([name]) => !refused.has(name));
  expect(write(left)).toEqual([]);
  return left;
}

/** Whether each value may be assigned to its type, as the checker says. Properties too many are no matter. */
function checkerVerdicts(cases: readonly { readonly type: FuzzType; readonly value: unknown }[]): boolean[] {
  const lines = cases.map(
    ({ type, value }, index) => `type T${index} = ${type.wire};\ntype V${index} = ${typeOfValue(value)};`,
  );
  const path = '/fuzz.ts';
  const text = [declarations.wire, ...lines, ''].join('\n');
  const options: ts.CompilerOptions = { strict: true, noEmit: true, types: [], lib: ['lib.es2022.d.ts'] };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, language) =>
    name === path ? ts.createSourceFile(name, text, language) : getSourceFile(name, language);
  const program = ts.createProgram([path], options, host);
  const source = program.getSourceFile(path);
  if (source === undefined) throw new Error('The fuzzed types were not read');
  expect(program.getSyntacticDiagnostics(source)).toEqual([]);
  const checker = program.getTypeChecker();
  const types = new Map<string, ts.Type>();
  for (const statement of source.statements) {
    if (ts.isTypeAliasDeclaration(statement)) {
      types.set(statement.name.text, checker.getTypeFromTypeNode(statement.type));
    }
  }
  return cases.map((_, index) => {
    const [value, type] = [types.get(`V${index}`), types.get(`T${index}`)];
    if (value === undefined || type === undefined) throw new Error('A fuzzed type is missing');
    return checker.isTypeAssignableTo(value, type);
  });
}
