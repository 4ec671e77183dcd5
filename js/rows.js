/** What the core says in rows: the names of the values, in the order of its own `Serialize`. */
export const STEP = ['step', 'ticket', 'attempt', 'flight', 'session', 'need', 'status', 'code']
export const FAILURE = [
  'code',
  'message',
  'retryable',
  'retryAfter',
  'need',
  'errMsg',
  'errno',
  'errcode',
  'statusCode',
]

/** The object that a row stands for; what is undefined is left out. */
export function named(names, row) {
  const object = {}
  names.forEach((name, place) => {
    if (row[place] !== undefined) object[name] = row[place]
  })
  return object
}
