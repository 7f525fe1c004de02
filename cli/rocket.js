#!/usr/bin/env node
// npm links a `bin` only when its file exists at install time, so the command is this
// committed shim and the program is built beside it. It is imported only now, since an older Node
// stumbles over the first import that it does not know and says nothing of its age.
import module from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 20 || (major === 20 && minor >= 19)) {
  // Newer Nodes keep what they have made of the compilers' code from one run to the next.
  module.enableCompileCache?.();
  await import('../dist/cli/main.js');
} else {
  console.error(`Rocket.io needs Node 20.19 or newer; this is ${process.versions.node}`);
  process.exitCode = 1;
}
