/** What of the app's did not do: an option, by its path, or a function, with what it threw. */
export class Fault {
  constructor(name, error) {
    this._name = name
    this._error = error
  }
}
