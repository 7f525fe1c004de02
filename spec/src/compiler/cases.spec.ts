import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { compile, formatDiagnostic } from '../../../src/compiler/index.js';

/**
 * A folder in `spec/compiler-cases` is a case: `app/` is compiled, and the outcome is either
 * `errors.txt`, all that was told, or `expected/`, those of the generated files that the case is about.
 * REWRITE_CASES=1 writes the outcome instead of comparing it.
 */
const folder = fileURLToPath(new URL('../../compiler-cases', import.meta.url));
const rewrite = process.env.REWRITE_CASES === '1';

describe('compiler cases', () => {
  const names = readdirSync(folder).sort();

  test('there are some', () => expect(names.length).toBeGreaterThan(15));

  test.each(names)('%s', (name) => {
    const { files, diagnostics } = compileCase(name);
    const told = diagnostics.map((diagnostic) => `${formatDiagnostic(diagnostic)}\n`).join('\n');
    const errors = join(folder, name, 'errors.txt');
    if (existsSync(errors)) {
      if (rewrite) writeFileSync(errors, told);
      expect(told).not.toBe('');
      expect(told).toBe(readFileSync(errors, 'utf8'));
      return;
    }
    expect(told).toBe('');
    const expected = readdirSync(join(folder, name, 'expected'));
    expect(expected).not.toEqual([]);
    for (const file of expected) {
      const text = files.find(({ path }) => path === `.rocket/${file}`)?.text ?? 'not generated';
      const target = join(folder, name, 'expected', file);
      if (rewrite) writeFileSync(target, text);
      expect(text).toBe(readFileSync(target, 'utf8'));
    }
  });
});

/** Outside of this package, where `rocket-io` is not installed: a case needs nothing that is built. */
function compileCase(name: string) {
  const root = mkdtempSync(join(tmpdir(), 'rocket-case-'));
  try {
    cpSync(join(folder, name, 'app'), join(root, 'app'), { recursive: true });
    writeFileSync(join(root, 'package.json'), '{ "type": "module" }\n');
    return compile({ root, write: false });
  } finally {
    rmSync(root, { recursive: true });
  }
}
