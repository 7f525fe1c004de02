/**
 * The TypeScript compiler, for all that read or check with it. It is loaded by `require`: an `import` makes
 * Node search its nine megabytes for the names that they export, which takes longer than to load them.
 */
import ts = require('typescript6');

export { ts };
