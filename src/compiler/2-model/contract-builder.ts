import type { Contract } from '../../contract/contract.js';
import type { ControllerDeclaration } from '../1-read/controllers.js';
import type { AppProgram } from '../1-read/program.js';
import { Diagnostics } from '../diagnostics.js';
import type { ts } from '../typescript.js';
import { buildContract } from './build-contract.js';
import { ContractPart, mergeContracts } from './merge-contracts.js';

interface BuiltController {
  readonly part: ContractPart;
  readonly diagnostics: Diagnostics;
  /** What it was read from. */
  readonly reach: ReadonlySet<ts.SourceFile>;
}

/**
 * Works out the contract of an app again and again: each controller by itself, and only those that an edit
 * can have changed.
 */
export class ContractBuilder {
  private built = new Map<ts.ClassDeclaration, BuiltController>();

  build(app: AppProgram, declared: readonly ControllerDeclaration[], diagnostics: Diagnostics): Contract {
    const before = this.built;
    this.built = new Map();
    for (const controller of declared) {
      const reach = app.reach.of(controller.node.getSourceFile());
      const known = before.get(controller.node);
      const built = known && isSame(known.reach, reach) ? known : buildOne(app, controller, reach);
      this.built.set(controller.node, built);
      diagnostics.add(built.diagnostics);
    }
    return mergeContracts([...this.built.values()].map(({ part }) => part));
  }

  /** Forgets everything: something has changed that no file of the app tells. */
  forget(): void {
    this.built.clear();
  }
}

function buildOne(
  app: AppProgram,
  controller: ControllerDeclaration,
  reach: ReadonlySet<ts.SourceFile>,
): BuiltController {
  const diagnostics = new Diagnostics();
  const part = new ContractPart(buildContract(app, [controller], diagnostics));
  return { part, diagnostics, reach };
}

function isSame<Item>(a: ReadonlySet<Item>, b: ReadonlySet<Item>): boolean {
  return a.size === b.size && [...a].every((item) => b.has(item));
}
