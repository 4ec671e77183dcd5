export default { navigationBarTitleText: 'Shop' }
