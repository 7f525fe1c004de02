import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { BuildFailure, BuildOptions, Plugin } from 'esbuild';
import type { Diagnostics } from '../../src/compiler/diagnostics.js';
import { reportClientMessages, serverImportsPlugin } from './esbuild-messages.js';
import type { OutputFile } from './output-folder.js';

const entry = 'app/client/main.ts';

/** Bundles the browser's code. An app without `app/client` has none. */
export async function buildClientCode(root: string, diagnostics: Diagnostics): Promise<OutputFile[]> {
  if (!existsSync(join(root, 'app/client'))) return [];
  if (!existsSync(join(root, entry))) {
    diagnostics.report({
      code: 'missing_client_entry',
      message: `The client code has no entry: there is no ${entry}`,
      cure: 'Write it: import { start } from "#rocket/client"; start({ controllers: { … } });',
      file: entry,
      line: 1,
      column: 1,
      text: '',
    });
    return [];
  }
  const esbuild = await import('esbuild');
  try {
    const { outputFiles } = await esbuild.build({ ...options, absWorkingDir: root });
    return outputFiles.map(({ path, contents }) => ({
      path: relative(join(root, 'dist'), path).split(sep).join('/'),
      content: contents,
    }));
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    reportClientMessages(error.errors, diagnostics);
    return [];
  }
}

const options = {
  entryPoints: { app: entry },
  outdir: 'dist/public/assets',
  publicPath: '/assets',
  chunkNames: 'chunks/[name]-[hash]',
  write: false,
  bundle: true,
  format: 'esm',
  splitting: true,
  platform: 'browser',
  target: 'es2022',
  minify: true,
  // Beside the code and named in it: a browser fetches it when somebody opens its tools.
  sourcemap: 'linked',
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'silent',
  plugins: [refuseServerImports()],
} as const satisfies BuildOptions;

/** Type imports are gone by now: what arrives here would be bundled. */
function refuseServerImports(): Plugin {
  return {
    name: serverImportsPlugin,
    setup(build) {
      build.onResolve({ filter: /^rocket-io(?:\/(?:testing|compiler))?$/ }, ({ path }) => ({
        errors: [{ text: `Client code imports "${path}", which runs on servers only` }],
      }));
    },
  };
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}
