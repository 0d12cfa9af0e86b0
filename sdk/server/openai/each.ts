/** Goes through an async generator whose return value is wanted; leaving early ends it. */
export async function each<T, R>(
  values: AsyncGenerator<T, R, void>,
  take: (value: T) => Promise<void> | void,
): Promise<R> {
  try {
    for (;;) {
      const step = await values.next()
      if (step.done) return step.value
      await take(step.value)
    }
  } finally {
    await values.return(undefined as never)
  }
}
