import type { StandardIssue, StandardSchema } from '../../../src/contract/standard-schema.js';
import { type Issue, RocketError } from '../../../src/errors.js';

/**
 * Params that fit their type, held against the schema of `@Action({ input })`.
 *
 * @returns what the schema makes of them
 * @throws RocketError `invalid_arguments` with all that the schema finds
 */
export async function refine(schema: StandardSchema<unknown, unknown>, params: unknown): Promise<unknown> {
  const result = await schema['~standard'].validate(params);
  if (result.issues === undefined) return result.value;
  throw new RocketError('invalid_arguments', undefined, { issues: result.issues.map(toIssue) });
}

function toIssue({ message, path = [] }: StandardIssue): Issue {
  const steps = path.map((step) => (typeof step === 'object' ? step.key : step));
  return { path: steps.map((step) => (typeof step === 'symbol' ? String(step) : step)), message };
}
