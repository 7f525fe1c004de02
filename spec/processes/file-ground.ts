import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineChoice, Ground } from './ground.js';

/** A folder, which one server has. */
export class FileGround implements Ground {
  readonly servers = 1;
  private readonly folder = mkdtempSync(join(tmpdir(), 'rocket-faults-'));

  async start(): Promise<void> {}

  engine(): EngineChoice {
    return { kind: 'file', folder: this.folder };
  }

  harm(): void {
    // What goes wrong with a disk is not tried here.
  }

  async stop(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
