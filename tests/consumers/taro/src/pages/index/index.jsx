import { View } from '@tarojs/components'

export default () => <View>Shop</View>
