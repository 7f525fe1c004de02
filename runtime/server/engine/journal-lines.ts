import { createHash } from 'node:crypto';
import { ProblemsError } from '../../../src/problems.js';

/** A line of a journal: a sum over the rest, and JSON. */
export function toLine(value: unknown): string {
  const json = JSON.stringify(value);
  return `${sumOf(json)} ${json}\n`;
}

/**
 * The values of a journal.
 *
 * @returns `length`: how many bytes hold whole lines; behind them stands what a killed process had not finished
 * @throws ProblemsError where a whole line is damaged
 */
export function readLines(bytes: Buffer, file: string): { values: unknown[]; length: number } {
  const values: unknown[] = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    const line = bytes.toString('utf8', start, end);
    const json = line.slice(9);
    if (line[8] !== ' ' || sumOf(json) !== line.slice(0, 8)) throw damaged(file, values.length + 1);
    values.push(JSON.parse(json));
    start = end + 1;
  }
  return { values, length: start };
}

function sumOf(json: string): string {
  return createHash('sha1').update(json).digest('base64url').slice(0, 8);
}

function damaged(file: string, line: number): ProblemsError {
  return new ProblemsError('The engine cannot start', [
    {
      code: 'damaged_journal',
      message: `Line ${line} is not what was written`,
      place: `${file}:${line}`,
      cure: 'Put back a copy of the file, or remove it: sessions then begin anew, and their clients are told.',
    },
  ]);
}
