import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import ts from 'typescript6';
import { helperKind, signatureOf, templateSupport } from '../../../src/compiler/2-model/template-support.js';

import { templateHelpers } from '../../../src/contract/helpers.js';
import { repository } from '../../support/repository.js';

const supportFile = join(repository, 'runtime/browser/declared.d.ts');
const checkFile = join(repository, 'runtime/browser/declared-check.ts');

/** What templates are told of the helpers, with the types of markup that the helpers themselves have. */
const support = [
  templateSupport()
    .replace(/^type Html = .*$/m, "type Html = import('./helpers/html.js').Html;")
    .replace(/^interface RawHtml .*$/m, "type RawHtml = import('./helpers/html.js').RawHtml;")
    .replace(/^declare module [\s\S]*?^\}$/m, '')
    .replace(/^declare const console[\s\S]*?^\};$/m, ''),
  'interface Calls { readonly [call: string]: unknown }',
  ...templateHelpers
    .filter((name) => helperKind(name) === 'link')
    .map((name) => `declare function ${name}${signatureOf(name)};`),
].join('\n');

const check = [
  "import * as real from './index.js';",
  ...templateHelpers.map((name) => `export const ${name}Declared: typeof ${name} = real.${name};`),
  '// Not the same: this has to be told.',
  'export const wrong: typeof checkBox = real.submit;',
].join('\n');

test('the helpers that templates are checked with are those that templates call', () => {
  const config = ts.readConfigFile(join(repository, 'runtime/browser/tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(
    config.config,
    ts.sys,
    join(repository, 'runtime/browser'),
  );
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  const texts = new Map([
    [supportFile, support],
    [checkFile, check],
  ]);
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.getSourceFile = (path, ...rest) => {
    const text = texts.get(path);
    return text === undefined ? getSourceFile(path, ...rest) : ts.createSourceFile(path, text, rest[0]);
  };
  const program = ts.createProgram({
    rootNames: [supportFile, checkFile],
    options: { ...options, noEmit: true, rootDir: repository, ignoreDeprecations: '6.0' },
    host,
  });
  const file = program.getSourceFile(checkFile);
  const told = program.getSemanticDiagnostics(file).map(({ start = 0, messageText }) => {
    const line = check.slice(0, start).split('\n').length;
    return `${check.split('\n')[line - 1]} // ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
  expect(told).toEqual([expect.stringMatching(/^export const wrong/)]);
});
