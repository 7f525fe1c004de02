import type { Problem } from '../../../src/problems.js';

/** What a port is set with. */
interface PortNames {
  /** Of the environment. */
  readonly variable: string;
  readonly option: string;
}

/**
 * Why the operating system refused to let a server listen, in words; undefined where it says nothing that has a cure.
 *
 * @param names where another port is set @default those of the app's port
 */
export function listenProblem(
  error: unknown,
  port: number,
  host: string | undefined,
  { variable, option }: PortNames = { variable: 'PORT', option: 'port' },
): Problem | undefined {
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case 'EADDRINUSE':
      return {
        code: 'port_taken',
        message: `Port ${port} is taken by another program`,
        cure: `Stop that program, or set another port: the environment variable ${variable} (${variable}=${port === 65_535 ? 3000 : port + 1}) or the option \`${option}\``,
      };
    case 'EACCES':
      return {
        code: 'port_forbidden',
        message: `Port ${port} may not be opened by this user`,
        cure: `Set a port of 1024 or more: the environment variable ${variable} (${variable}=3000) or the option \`${option}\``,
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
