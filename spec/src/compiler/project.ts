import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type CompileResult, compile, formatDiagnostic } from '../../../src/compiler/index.js';

/** A project in a folder of its own, where `rocket-io` is not installed. */
export class Project {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'rocket-project-')));

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.write('package.json', '{ "type": "module", "imports": { "#rocket/*": "./.rocket/*.js" } }\n');
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  write(path: string, text: string): void {
    const target = join(this.root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true });
  }

  compile(): CompileResult {
    return compile({ root: this.root });
  }

  /** Compiles what has to compile. */
  compileFine(): CompileResult {
    const result = this.compile();
    if (result.diagnostics.length > 0) throw new Error(result.diagnostics.map(formatDiagnostic).join('\n'));
    return result;
  }

  /** A generated module, run. */
  async load<Module>(file: string): Promise<Module> {
    return (await import(pathToFileURL(join(this.root, '.rocket', file)).href)) as Module;
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A controller `Test` with one action for each of these parameters. */
export function controllerSource(actions: Readonly<Record<string, string>>, types = ''): string {
  const methods = Object.entries(actions).map(
    ([name, params]) => `  @Action()\n  ${name}(params: ${params}): void {\n    void params;\n  }\n`,
  );
  return [
    "import { Action, Controller } from 'rocket-io';",
    types,
    `@Controller()\nexport class TestController {\n${methods.join('\n')}}\n`,
  ].join('\n\n');
}
