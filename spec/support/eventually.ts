/**
 * Asks again and again until `check` settles without an error, and resolves with what it answered. For states of
 * other processes, which tell nobody when they change.
 *
 * @throws what `check` threw last when so many milliseconds have gone by
 */
export async function eventually<Value>(
  check: () => Value | Promise<Value>,
  timeoutMs = 15_000,
): Promise<Value> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
