/** The machine lacks something; the message is the one sentence that tells what to install. */
export class SetupError extends Error {}

/**
 * Prints what `find` finds as JSON. A `SetupError` is printed as its sentence alone, any other error with
 * its stack; both end the process with code 1.
 *
 * @param {() => Promise<object>} find
 */
export async function say(find) {
  try {
    console.log(JSON.stringify(await find()));
  } catch (error) {
    console.error(error instanceof SetupError ? error.message : error);
    process.exitCode = 1;
  }
}
