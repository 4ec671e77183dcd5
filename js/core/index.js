import { Loader } from './loader.js'

/** What is loaded beside the app's first requests, kept once for all clients of a platform. */
export const createLoader = (given) => new Loader(given)
