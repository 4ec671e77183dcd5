/**
 * A prompt that keeps a record: `prompt` is the option, `asked` and `closed` count, `context` is what
 * it was asked with last.
 *
 * @param {unknown} [answer] what `ask` returns, or `(context) => what it returns`
 * @param {object} [more] further fields of the prompt: `submit`
 */
export function createPrompt(answer, more) {
  const record = {
    asked: 0,
    closed: 0,
    context: undefined,
    prompt: {
      ask(context) {
        record.asked += 1
        record.context = context
        return typeof answer === 'function' ? answer(context) : answer
      },
      close() {
        record.closed += 1
      },
      ...more,
    },
  }
  return record
}
