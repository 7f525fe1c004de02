import type { Message } from 'esbuild';
import type { Diagnostics } from '../../src/compiler/diagnostics.js';
import type { ProblemCode } from '../../src/problems.js';

/** What a message means in an app, where it can be said better than esbuild says it. */
interface Reading {
  readonly code: ProblemCode;
  readonly message?: string;
  readonly cure: string;
}

/** The name of the plugin that refuses imports of server code: its messages are told apart by it. */
export const serverImportsPlugin = 'rocket-server-imports';

/** Reports what esbuild found in client code as every other mistake in an app is reported. */
export function reportClientMessages(messages: readonly Message[], diagnostics: Diagnostics): void {
  for (const message of messages) report(message, readClientMessage(message), diagnostics);
}

/** Reports the syntax errors that esbuild found in one file. */
export function reportSyntaxMessages(messages: readonly Message[], diagnostics: Diagnostics): void {
  for (const message of messages)
    report(message, { code: 'source_syntax', cure: 'Correct the syntax.' }, diagnostics);
}

function report({ text, location }: Message, reading: Reading, diagnostics: Diagnostics): void {
  const { file = 'app/client/main.ts', line = 1, lineText = '', column = 0 } = location ?? {};
  diagnostics.report({
    message: text,
    ...reading,
    file,
    line,
    // esbuild counts bytes.
    column: Buffer.from(lineText).toString('utf8', 0, column).length + 1,
    // The line in its place is all that a frame needs of the file.
    text: '\n'.repeat(line - 1) + lineText,
  });
}

function readClientMessage({ pluginName, text, location, notes }: Message): Reading {
  const advice = notes.map((note) => note.text).join(' ');
  const unresolved = /^Could not resolve "(.*)"$/.exec(text)?.[1];
  if (pluginName === serverImportsPlugin) {
    const isClientCode = location?.file.startsWith('app/client/');
    return {
      code: 'server_code_in_client',
      cure: `Import from "rocket-io/client", or only types: import type { … }.${isClientCode ? '' : ' Client code reaches this file by an import that is not "import type".'}`,
    };
  }
  if (text.startsWith('No loader is configured')) {
    return {
      code: 'client_code',
      cure: 'Put the file into public/ and name it by its URL: public/logo.png is "/logo.png".',
    };
  }
  if (unresolved === undefined) {
    return {
      code: 'client_code',
      cure: advice || 'Mend the line: the client code is bundled for browsers with esbuild.',
    };
  }
  if (advice.includes('built into node')) {
    return {
      code: 'server_code_in_client',
      message: `Client code imports "${unresolved}", which browsers do not have`,
      cure: 'Move what needs it into an action of a server controller, and call that.',
    };
  }
  if (unresolved.startsWith('#rocket/')) {
    return {
      code: 'client_code',
      cure: 'The generated modules are "#rocket/client" and "#rocket/templates", and package.json holds "imports": { "#rocket/*": "./.rocket/*.js" }.',
    };
  }
  return { code: 'client_code', cure: 'Correct the path, or install the package with npm install.' };
}
