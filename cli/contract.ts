import { readFileSync } from 'node:fs';
import type { CompileResult } from '../src/compiler/index.js';
import type { Contract } from '../src/contract/contract.js';
import { ProblemsError } from '../src/problems.js';

/** The app as its sources are now. Nothing is written. */
export async function readApp(root: string): Promise<CompileResult> {
  // Imported here: it brings two compilers along, which `rocket start` and `rocket --help` can do without.
  const { compile } = await import('../src/compiler/index.js');
  return compile({ root, write: false });
}

/** @throws ProblemsError where the file is no contract.json */
export function readContract(file: string): Contract {
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw badContract(file, error instanceof Error ? error.message : String(error));
  }
  if (!isContract(found))
    throw badContract(file, 'it holds something else, or was written by another version');
  return found;
}

function isContract(value: unknown): value is Contract {
  if (typeof value !== 'object' || value === null) return false;
  const { version, controllers, types } = value as Partial<Record<keyof Contract, unknown>>;
  return version === 1 && Array.isArray(controllers) && typeof types === 'object' && types !== null;
}

function badContract(file: string, reason: string): ProblemsError {
  return new ProblemsError('The contracts cannot be compared', [
    {
      code: 'bad_contract',
      message: `${file} is not the contract of an app: ${reason}`,
      place: file,
      cure: 'Name a .rocket/contract.json that "rocket compile" has written, of the version that your clients have',
    },
  ]);
}
