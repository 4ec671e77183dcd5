/** The developer tools' "build npm", without the developer tools. */
const { packNpmManually } = require('miniprogram-ci')

const [packageJsonPath, miniprogramNpmDistDir] = process.argv.slice(2)

packNpmManually({ packageJsonPath, miniprogramNpmDistDir }).then(
  ({ miniProgramPackNum, warnList }) => {
    for (const warning of warnList) console.error(warning)
    process.exit(miniProgramPackNum === 1 && warnList.length === 0 ? 0 : 1)
  },
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
