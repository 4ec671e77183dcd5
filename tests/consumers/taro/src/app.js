import '../../shop'

export default ({ children }) => children
