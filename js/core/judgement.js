import { Fault } from '../fault.js'
import { fieldsOf, isObject, isText, statusOf } from '../fields.js'
import { needNames } from '../needs.js'

/** What the core reads of a response; `judged` is the word of `judge`, if it is not plainly good. @throws Fault */
export function judgementOf(judged, send, response) {
  const { said, verdict, invalid = false } = judged || {}
  return {
    status: statusOf(response),
    asks: asksOf(said),
    refused: refusalOf(verdict),
    invalid,
    attached: send._attached,
  }
}

/** Nobody judges what a function of the app's came to, nor a cloud function. */
export const unjudged = (status) => ({
  status,
  asks: [],
  refused: undefined,
  invalid: false,
  attached: false,
})

/** The needs that a reply asks for. */
function asksOf(said) {
  if (!said || said.length === 0) return []
  try {
    return needNames(said, 'needs', true)
  } catch {
    throw new Fault(
      'needs',
      new TypeError('expected the name of a need, an array of them, null or undefined'),
    )
  }
}

/** What `accept` says against a reply, in the shape of `Said`. */
function refusalOf(verdict) {
  if (verdict === undefined) return undefined
  if (verdict === false) return {}
  if (typeof verdict === 'string') return { errMsg: verdict || undefined }
  if (!isObject(verdict))
    throw new Fault('accept', new TypeError('expected true, false, a text or { message, code }'))
  try {
    const { message, code } = fieldsOf(verdict)
    const errcode = typeof code === 'number' || typeof code === 'string' ? code : undefined
    return { errMsg: isText(message) ? message : undefined, errcode }
  } catch (error) {
    throw new Fault('accept', error)
  }
}
