import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { formatDiagnostic } from '../src/compiler/index.js';
import { Project } from './src/compiler/project.js';
import { repository } from './support/repository.js';

/**
 * The guide's examples: its ```ts blocks are one app, to which each ```pug block adds its template. With
 * `mistakes` behind the file, the next block is all that is told.
 */
const guide = readFileSync(join(repository, 'docs/guides/templates.md'), 'utf8');
const blocks = [...guide.matchAll(/^```(\w+)(?: (\S+))?( mistakes)?\n(.*?)^```$/gms)].map(
  ([, language = '', file = '', mistakes, text = '']) => ({ language, file, isWrong: !!mistakes, text }),
);

const app = blocks.filter(({ language, file }) => language === 'ts' || /\/_[^/]*\.pug$/.test(file));
const templates = blocks
  .map((block, index) => ({ ...block, told: blocks[index + 1]?.text ?? '' }))
  .filter(({ language }) => language === 'pug');

test('the guide has an app, templates, and mistakes', () => {
  expect(app.map(({ file }) => file)).toContain('app/controllers/song.controller.ts');
  expect(templates.length).toBeGreaterThan(15);
  expect(templates.filter(({ isWrong }) => isWrong).length).toBeGreaterThan(3);
  expect(templates.filter(({ file }) => !file.startsWith('app/views/'))).toEqual([]);
});

describe('the examples of docs/guides/templates.md', () => {
  test.each(templates.map((template, index) => [`${index + 1}: ${template.file}`, template] as const))(
    '%s',
    (_, { file, text, isWrong, told }) => {
      using project = new Project(Object.fromEntries(app.map((block) => [block.file, block.text])));
      project.write(file, text);
      const { diagnostics } = project.compile();
      const found = diagnostics.map((diagnostic) => `${formatDiagnostic(diagnostic)}\n`).join('\n');
      expect(found).toBe(isWrong ? told : '');
    },
  );
});
