import { View } from '@tarojs/components'
import { useSession } from '../../session'

export default function Index() {
  const session = useSession()
  return <View>{session ? session.openid : 'Guest'}</View>
}
