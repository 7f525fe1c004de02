import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions, Plugin } from 'esbuild';
import { type SdkSources, sdkRuntimeTypes } from '../../src/compiler/index.js';
import { ProblemsError } from '../../src/problems.js';
import { gatherDeclarations } from './declarations.js';
import type { OutputFile } from './output-folder.js';

/** What `rocket sdk` is asked for. */
export interface SdkPackage {
  /** The folder of the package. */
  readonly folder: string;
  /** Undefined: the name that it has, or else that of the app with `-client`. */
  readonly name: string | undefined;
  /** What the app is called, and its version. */
  readonly app: { readonly name: string; readonly version: string };
}

/** The fields of package.json that are the user's: what is in them stays. */
const ownFields = [
  ...['name', 'version', 'description', 'keywords', 'homepage', 'bugs', 'license', 'author', 'contributors'],
  ...['repository', 'private', 'publishConfig', 'scripts'],
];

/**
 * The files of an npm package with the client of an app: for Node as an ES module and as CommonJS, for
 * browsers as one file that needs no bundler, and declarations that import nothing. It depends on no other package.
 *
 * @throws ProblemsError where the folder holds something else
 */
export async function buildSdk(sources: SdkSources, sdk: SdkPackage): Promise<OutputFile[]> {
  const present = presentPackage(sdk.folder);
  const runtime = gatherDeclarations(packageFile('dist/runtime/browser/index.d.ts'), sdkRuntimeTypes);
  const manifest = packageJson(sources, sdk, present);
  const [browser, node, commonJs] = await Promise.all([
    bundle(sources.code, { platform: 'browser', format: 'esm' }),
    bundle(sources.code, { platform: 'node', format: 'esm', banner: { js: requireForModules } }),
    bundle(sources.code, { platform: 'node', format: 'cjs' }),
  ]);
  const readmeFile = join(sdk.folder, 'README.md');
  return [
    { path: 'package.json', content: `${JSON.stringify(manifest, null, 2)}\n` },
    { path: 'browser.js', content: browser },
    { path: 'node.js', content: node },
    { path: 'node.cjs', content: commonJs },
    { path: 'index.d.ts', content: sources.types('./rocket.js') },
    { path: 'index.d.cts', content: sources.types('./rocket.cjs') },
    { path: 'rocket.d.ts', content: runtime },
    { path: 'rocket.d.cts', content: runtime },
    { path: 'THIRD-PARTY-LICENSES.txt', content: licences() },
    // The first one is a start: what is added to it, the licence say, stays.
    existsSync(readmeFile)
      ? { path: 'README.md', copyOf: readmeFile }
      : { path: 'README.md', content: readme(String(manifest.name), sdk.app.name) },
  ];
}

function packageJson(
  sources: SdkSources,
  { name, app }: SdkPackage,
  present: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const own = Object.fromEntries(Object.entries(present).filter(([field]) => ownFields.includes(field)));
  return {
    name: `${app.name}-client`,
    version: app.version,
    description: `Calls ${app.name} from Node and from browsers.`,
    ...own,
    ...(name !== undefined && { name }),
    type: 'module',
    main: './node.cjs',
    types: './index.d.ts',
    exports: {
      '.': {
        browser: { types: './index.d.ts', default: './browser.js' },
        node: {
          import: { types: './index.d.ts', default: './node.js' },
          require: { types: './index.d.cts', default: './node.cjs' },
        },
        types: './index.d.ts',
        default: './browser.js',
      },
      './browser.js': { types: './index.d.ts', default: './browser.js' },
      './package.json': './package.json',
    },
    files: ['*.js', '*.cjs', '*.d.ts', '*.d.cts', 'THIRD-PARTY-LICENSES.txt'],
    sideEffects: false,
    engines: { node: '>=20' },
    rocket: { contract: sources.contract },
  };
}

/** The package.json of an earlier run. */
function presentPackage(folder: string): Readonly<Record<string, unknown>> {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return {};
  const file = join(folder, 'package.json');
  const present = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
  if ('rocket' in present) return present;
  throw new ProblemsError('The SDK cannot be written', [
    {
      code: 'foreign_folder',
      message: `The folder ${folder} is not empty, and holds no SDK that "rocket sdk" has written`,
      cure: 'Name a folder of its own: npx rocket sdk --out sdk',
    },
  ]);
}

async function bundle(client: string, options: BuildOptions): Promise<string> {
  const esbuild = await import('esbuild');
  const { outputFiles } = await esbuild.build({
    ...options,
    stdin: { contents: entry, resolveDir: packageFile('.') },
    // esbuild names files from here: no path of this machine gets into what is written.
    absWorkingDir: packageFile('.'),
    bundle: true,
    write: false,
    target: 'es2022',
    // Read by people, in stack traces at least; whoever bundles it makes it small.
    minify: false,
    logLevel: 'silent',
    banner: { js: `${generated}\n${options.banner?.js ?? ''}`.trimEnd() },
    plugins: [generatedClient(client)],
  });
  return outputFiles?.[0]?.text ?? '';
}

/** Stubs, `start` and all that pages need are the app's own: they are not asked for, and so not bundled. */
const entry = "export { connect } from '#rocket/client';\nexport { RocketError } from 'rocket-io/client';\n";

const generated = '// Generated by `rocket sdk`. Do not edit: it is written anew by every run.';

/** `ws` is CommonJS and requires what Node has built in. */
const requireForModules =
  "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);";

/** The generated client as it was just compiled, on top of this package. */
function generatedClient(contents: string): Plugin {
  const files: Readonly<Record<string, string>> = {
    'rocket-io/client': packageFile('dist/runtime/browser/index.js'),
    'rocket-io/internal': packageFile('dist/src/contract/internal.js'),
  };
  return {
    name: 'rocket-sdk',
    setup(build) {
      build.onResolve({ filter: /^#rocket\/client$/ }, ({ path }) => ({
        path,
        namespace: 'rocket-sdk',
        sideEffects: false,
      }));
      build.onResolve({ filter: /^rocket-io\// }, ({ path }) => {
        const file = files[path];
        return file === undefined ? undefined : { path: file, sideEffects: false };
      });
      build.onLoad({ filter: /.*/, namespace: 'rocket-sdk' }, () => ({
        contents,
        resolveDir: packageFile('.'),
      }));
    },
  };
}

function licences(): string {
  const require = createRequire(import.meta.url);
  const ws = join(dirname(require.resolve('ws/package.json')), 'LICENSE');
  return [
    'This package contains code of Rocket.io and, for Node, of ws.',
    `Rocket.io\n\n${readFileSync(packageFile('LICENSE'), 'utf8').trim()}`,
    `ws (https://github.com/websockets/ws)\n\n${readFileSync(ws, 'utf8').trim()}`,
  ].join('\n\n----\n\n');
}

function readme(name: string, app: string): string {
  return `# ${name}

Calls ${app} from Node and from browsers. It depends on no other package.

\`\`\`js
import { connect, RocketError } from '${name}';      // or: const { connect } = require('${name}');

const rocket = await connect({ url: 'wss://example.com/rocket' });
// rocket.Controller.action(params) settles with the result, or rejects with a RocketError: code, message, issues
// rocket.on('Controller.action', (args) => …) hears what the server sends
rocket.close();
\`\`\`

In a page without a bundler, serve \`browser.js\` and import it by its URL:

\`\`\`html
<script type="module">
  import { connect } from '/vendor/${name}/browser.js';
  const rocket = await connect({ url: 'wss://example.com/rocket' });
</script>
\`\`\`

The types of all calls are in \`index.d.ts\`.

## Licence

Say here what others may do with it. The code of others in it is listed in THIRD-PARTY-LICENSES.txt.
`;
}

function packageFile(path: string): string {
  return join(dirname(fileURLToPath(import.meta.resolve('rocket-io/package.json'))), path);
}
