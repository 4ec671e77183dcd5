/** The phone's clock: the real one, set forward or back by the visitor. */
export function createClock() {
  let ahead = 0
  const now = () => Date.now() + ahead

  class PhoneDate extends Date {
    constructor(...given) {
      if (given.length > 0) super(...given)
      else super(now())
    }
    static now() {
      return now()
    }
  }

  return {
    now,
    Date: PhoneDate,
    move(ms) {
      ahead += ms
    },
  }
}
