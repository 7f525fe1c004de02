import type { ActionContract, ClientActionContract, Contract } from './contract.js';
import { type JsonSchema, jsonSchema } from './json-schema.js';
import type { Shape } from './shape.js';

export interface AsyncApiOptions {
  /** What the app is called. */
  readonly title: string;
  /** The version of its contract. */
  readonly version: string;
  /** Where it runs: `wss://example.com/rocket`. The path is that of the channel. @default no server is named */
  readonly url?: URL;
}

/** What is described is the server: it receives calls and sends replies and transmissions. */
export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: Readonly<Record<string, unknown>>;
  readonly channels: Readonly<Record<string, unknown>>;
  readonly operations: Readonly<Record<string, unknown>>;
  readonly components: Readonly<Record<string, unknown>>;
  readonly [section: string]: unknown;
}

/**
 * The contract as an AsyncAPI 3 document: one channel, the socket, with a message for each call, reply and
 * transmission of the protocol `rocket.v1`, and an operation for each action of either end.
 *
 * @example JSON.stringify(asyncApiDocument(contract, { title: 'Songs', version: '1.2.0' }), null, 2)
 */
export function asyncApiDocument(
  contract: Contract,
  { title, version, url }: AsyncApiOptions,
): AsyncApiDocument {
  const actions = contract.controllers.flatMap(({ name, actions: all }) =>
    all.map((action) => ({ call: `${name}.${action.name}`, action })),
  );
  const clientActions = contract.controllers.flatMap(({ name, clientActions: all }) =>
    all.map((action) => ({ call: `${name}.${action.name}`, action })),
  );
  const messages = Object.fromEntries([
    ['hello', helloMessage],
    ['welcome', welcomeMessage],
    ...actions.flatMap(({ call, action }) => actionMessages(call, action)),
    ['error', errorMessage],
    ...clientActions.map(({ call, action }) => [`${call}.transmission`, transmissionMessage(call, action)]),
  ]);
  return {
    asyncapi: '3.0.0',
    info: { title, version, description: 'Calls over one WebSocket, in the subprotocol rocket.v1.' },
    defaultContentType: 'application/json',
    ...(url && { servers: { app: serverOf(url) } }),
    channels: {
      rocket: {
        address: url?.pathname ?? '/rocket',
        title: 'The socket',
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
        bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
      },
    },
    operations: Object.fromEntries([
      ['hello', receive('Says who is there, before anything else.', ['hello'], ['welcome'])],
      ...actions.map(({ call, action }) => [call, actionOperation(call, action)]),
      ...clientActions.map(({ call, action }) => [`${call}.transmission`, send(action.doc, call)]),
    ]),
    components: {
      messages,
      schemas: Object.fromEntries(
        Object.entries(contract.types).map(([name, shape]) => [name, schemaOf(shape)]),
      ),
    },
  };
}

const id: JsonSchema = { type: 'integer', minimum: 1 };

const helloMessage = {
  title: 'The first frame of a client',
  payload: {
    type: 'object',
    properties: {
      $hello: { type: 'object', properties: { contract: { type: 'string' }, auth: {} } },
    },
    required: ['$hello'],
  },
};

const welcomeMessage = {
  title: 'The first frame of the server',
  payload: { type: 'object', properties: { $welcome: { type: 'object' } }, required: ['$welcome'] },
};

const errorMessage = {
  title: 'A call that failed',
  correlationId: { location: '$message.payload#/$re' },
  payload: {
    type: 'object',
    properties: {
      $re: id,
      error: {
        type: 'object',
        properties: {
          code: { type: 'string' },
          message: { type: 'string' },
          retryable: { type: 'boolean' },
          reference: { type: 'string' },
          issues: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                path: { type: 'array', items: { type: ['string', 'integer'] } },
                message: { type: 'string' },
              },
              required: ['path', 'message'],
            },
          },
        },
        required: ['code', 'message', 'retryable'],
      },
    },
    required: ['$re', 'error'],
  },
};

function actionMessages(call: string, { doc, params, result, items }: ActionContract): [string, unknown][] {
  const correlationId = { location: '$message.payload#/$re' };
  const reply = (field: string, shape: Shape | undefined) => ({
    correlationId,
    payload: {
      type: 'object',
      properties: { $re: id, ...(shape && { [field]: schemaOf(shape) }) },
      required: ['$re', ...(shape ? [field] : [])],
    },
  });
  const calling = {
    title: `Call of ${call}`,
    ...(doc !== undefined && { description: doc }),
    correlationId: { location: '$message.payload#/$id' },
    payload: {
      type: 'object',
      properties: { [call]: argumentsSchema(params), $id: id },
      required: [call],
    },
  };
  return [
    [`${call}.call`, calling],
    ...(items
      ? [[`${call}.item`, { title: `Item of ${call}`, ...reply('next', items) }] as [string, unknown]]
      : []),
    [`${call}.reply`, { title: `Reply to ${call}`, ...reply('value', result) }],
  ];
}

function transmissionMessage(call: string, { doc, args }: ClientActionContract) {
  return {
    title: `Transmission of ${call}`,
    ...(doc !== undefined && { description: doc }),
    payload: {
      type: 'object',
      properties: {
        [call]: argumentsSchema(args),
        $of: { type: 'string', description: 'The source that it comes from; none is the session’s own.' },
        $at: { type: 'array', description: 'Its position in the source: generation and number.' },
      },
      required: [call],
    },
  };
}

function actionOperation(call: string, { doc, items }: ActionContract) {
  return receive(doc, [`${call}.call`], [...(items ? [`${call}.item`] : []), `${call}.reply`, 'error']);
}

const channel = { $ref: '#/channels/rocket' };

function receive(doc: string | undefined, messages: readonly string[], replies: readonly string[]) {
  return {
    action: 'receive',
    channel,
    ...(doc !== undefined && { description: doc }),
    messages: messages.map(inChannel),
    reply: { channel, messages: replies.map(inChannel) },
  };
}

function send(doc: string | undefined, call: string) {
  return {
    action: 'send',
    channel,
    ...(doc !== undefined && { description: doc }),
    messages: [inChannel(`${call}.transmission`)],
  };
}

function inChannel(message: string) {
  return { $ref: `#/channels/rocket/messages/${message}` };
}

function argumentsSchema(shape: Shape | undefined): JsonSchema {
  return shape ? schemaOf(shape) : { type: 'object', maxProperties: 0 };
}

function schemaOf(shape: Shape): JsonSchema {
  return jsonSchema(shape, (name) => `#/components/schemas/${name}`);
}

function serverOf({ host, protocol }: URL) {
  return { host, protocol: protocol.replace(':', '') };
}
