import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { errorTable } from '../src/errors.js';
import { problemTable } from '../src/problems.js';
import { anchorOf, relativeLinks, sectionsOf } from './support/docs/markdown.js';
import { repository } from './support/repository.js';

const read = (path: string) => readFileSync(join(repository, path), 'utf8');

describe('docs/errors.md', () => {
  const sections = sectionsOf(read('docs/errors.md')).filter(({ level }) => level === 3);
  const sentences = new Map<string, string>([
    ...Object.entries(errorTable).map(([code, { sentence }]) => [code, sentence] as const),
    ...Object.entries(problemTable),
  ]);

  test('has one heading for each code, and none for a code that does not exist', () => {
    expect(sections.map(({ heading }) => heading).sort()).toEqual([...sentences.keys()].map(quoted).sort());
  });

  test('gives each code the sentence of the table, a cause and a cure', () => {
    const unfit = sections.filter(({ heading, text }) => {
      const sentence = sentences.get(heading.replaceAll('`', ''));
      return (
        !text.startsWith(`${sentence}.`) ||
        !/^\*\*Cause:\*\* \S/m.test(text) ||
        !/^\*\*Cure:\*\* \S/m.test(text)
      );
    });
    expect(unfit).toEqual([]);
  });

  test('says of each code that travels whether it is retryable', () => {
    const unfit = Object.entries(errorTable).filter(([code, { retryable }]) => {
      const text = sections.find(({ heading }) => heading === quoted(code))?.text ?? '';
      return /\. Retryable/.test(text) !== retryable || /\. Not retryable/.test(text) === retryable;
    });
    expect(unfit).toEqual([]);
  });
});

const pages = [
  ...readdirSync(repository).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

test('the pages are found', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/ARCHITECTURE.md', 'docs/errors.md']));
  expect(pages.flatMap((page) => relativeLinks(read(page))).length).toBeGreaterThan(3);
});

test.each(pages)('each link to a file or a heading in %s resolves', (page) => {
  const broken = relativeLinks(read(page)).filter(({ path, anchor }) => {
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(repository, target))) return true;
    if (anchor === '' || !target.endsWith('.md')) return false;
    return !sectionsOf(read(target)).some(({ heading }) => anchorOf(heading) === anchor);
  });
  expect(broken).toEqual([]);
});

function quoted(code: string): string {
  return `\`${code}\``;
}
