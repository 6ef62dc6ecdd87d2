import { ownWords } from '../../../words/words.js'

/** Texts of differences between two versions, and of the question what to keep. */
export const words = ownWords(
  {
    'diff.same': '内容相同',
    'diff.skipped': '…… {n} 行相同 ……',
    'diff.gone': '去掉',
    'diff.new': '新增',
    'conflict.title': '别人刚刚改过',
    'conflict.about': '{who} 在 {at} 保存了第 {rev} 版，你的修改还没有保存。下面是从对方的版本到你的版本的差别。',
    'conflict.somebody': '另一位同事',
    'conflict.difference': '差别',
    'conflict.theirs': '对方的版本',
    'conflict.mine': '我的版本',
    'conflict.keep-mine': '用我的覆盖',
    'conflict.take-theirs': '用对方的，放弃我的',
    'conflict.back': '先不保存，继续编辑',
  },
  {
    'diff.same': 'No difference',
    'diff.skipped': '… {n} lines alike …',
    'diff.gone': 'removed',
    'diff.new': 'added',
    'conflict.title': 'Somebody changed this meanwhile',
    'conflict.about':
      '{who} saved version {rev} at {at}; what you changed is not saved. Below: what turns their version into yours.',
    'conflict.somebody': 'A colleague',
    'conflict.difference': 'Difference',
    'conflict.theirs': 'Theirs',
    'conflict.mine': 'Mine',
    'conflict.keep-mine': 'Overwrite with mine',
    'conflict.take-theirs': 'Take theirs, drop mine',
    'conflict.back': 'Do not save yet, go on editing',
  },
)
type Texts = (typeof words)['zh']
declare module '../../../words/words.js' {
  interface PartWords extends Texts {}
}
