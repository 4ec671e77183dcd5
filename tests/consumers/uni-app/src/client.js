export { client } from '../../shop'
