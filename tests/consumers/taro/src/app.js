import './client'

export default ({ children }) => children
