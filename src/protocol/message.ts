import type { Message } from './frames.js';

/**
 * One frame's text → its messages. Accepted are a message, an array of messages, and a bare string,
 * the name of a call without arguments, alone or in an array. Undefined: not a message.
 */
export function parseFrame(text: string): readonly Message[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) {
    const message = toMessage(value);
    return message && [message];
  }
  const messages: Message[] = [];
  for (const item of value) {
    const message = toMessage(item);
    if (message === undefined) return undefined;
    messages.push(message);
  }
  return messages;
}

/** Whether a key of a message is a control field, not a call. */
export function isControl(key: string): boolean {
  return key.charCodeAt(0) === 36; // $
}

/** `""`, `null`, `{}` and a missing value all mean "no arguments". */
export function isNoArguments(args: unknown): boolean {
  if (args === '' || args === null || args === undefined) return true;
  if (typeof args !== 'object' || Array.isArray(args)) return false;
  for (const _key in args) return false;
  return true;
}

function toMessage(value: unknown): Message | undefined {
  if (typeof value === 'string') return { [value]: '' };
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Message)
    : undefined;
}
