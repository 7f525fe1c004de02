import type { Problem } from '../../../src/problems.js';

/** Why the operating system refused to let the server listen, in words; undefined where it says nothing that has a cure. */
export function listenProblem(error: unknown, port: number, host: string | undefined): Problem | undefined {
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case 'EADDRINUSE':
      return {
        code: 'port_taken',
        message: `Port ${port} is taken by another program`,
        cure: `Stop that program, or set another port: the environment variable PORT (PORT=${port === 65_535 ? 3000 : port + 1}) or the option \`port\``,
      };
    case 'EACCES':
      return {
        code: 'port_forbidden',
        message: `Port ${port} may not be opened by this user`,
        cure: 'Set a port of 1024 or more: the environment variable PORT (PORT=3000) or the option `port`',
      };
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        code: 'bad_host',
        message: `This machine has no address "${host}"`,
        cure: 'Set the environment variable HOST or the option `host` to one that it has: localhost, or 0.0.0.0 for all',
      };
    default:
      return undefined;
  }
}
