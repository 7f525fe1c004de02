/** Another package's decorator of the same name. */
export const Action = () => (_target: object, _name: string) => undefined;
