import { expect, test } from '@jest/globals';
import { anchorOf, relativeLinks, sectionsOf } from './markdown.js';

test('sections end at the next heading, and code is not looked at', () => {
  const page = '# Title\nIntro\n```sh\n# a comment\n```\n## Part `one`\nText\n\n### Inner\n';
  expect(sectionsOf(page)).toEqual([
    { heading: 'Title', level: 1, text: 'Intro' },
    { heading: 'Part `one`', level: 2, text: 'Text' },
    { heading: 'Inner', level: 3, text: '' },
  ]);
});

test('links to files are found in each way to write them, and links elsewhere are not', () => {
  const page = [
    '[a](docs/a.md) ![b](<images/b.png> "B") <img src="c.png"> [d](#part)',
    '[e]: ../e.md#top',
    '[f](https://example.com/f.md) [g](mailto:g@example.com) `[h](h.md)`',
    '```md',
    '[i](i.md)',
    '```',
  ].join('\n');
  expect(
    relativeLinks(page)
      .map(({ path, anchor }) => `${path}#${anchor}`)
      .sort(),
  ).toEqual(['#part', '../e.md#top', 'c.png#', 'docs/a.md#', 'images/b.png#']);
});

test('anchors are those that a rendered page has', () => {
  expect(anchorOf('Part `one`: the rocket.v1 dialect')).toBe('part-one-the-rocketv1-dialect');
});
