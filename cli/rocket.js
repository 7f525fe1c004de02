#!/usr/bin/env node
// npm links a `bin` only when its file exists at install time, so the command is this
// committed shim and the program is built beside it.
import '../dist/cli/main.js';
