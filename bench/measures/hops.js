/** Where promises are a polyfill over timers (iOS up to 15) each of these is a task. */
export const hops = {
  id: 'hops',
  title: '1b. Promise hops from the call to its answer, fresh session, immediate host',
  unit: 'microtask turns',
  reference: 'floor',

  async run({ contestants, record }) {
    for (const { name, stage } of contestants) {
      stage.host.listening.delivery = 'immediate'
      record({ contestant: name, round: 0, value: await stage.hops() })
    }
  },
}
