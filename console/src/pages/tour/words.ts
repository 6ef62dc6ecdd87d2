import { ownWords } from '../../words/words.js'

/** The texts of the tour; what they name is in the sample shop. */
export const words = ownWords(
  {
    'tour.next': '下一步',
    'tour.back': '上一步',
    'tour.end': '结束',
    'tour.overview.title': '从待办开始',
    'tour.overview.text': '每天先看这里：发送失败、结果不明、快满的群和停下的推送都会列出来，点一下就到处理的地方。',
    'tour.contacts.title': '客户：所有平台的人在一张表',
    'tour.contacts.text':
      '关注者、小程序顾客和企业微信客户按 unionid 合成一个人。先在模拟器里关注“微环小店”再回来，就能看到自己和时间线。',
    'tour.segments.title': '人群：说清楚要找谁',
    'tour.segments.text': '样例里有“沉默的老客”。改一个条件，人数马上变；也可以拿一位客户来问：为什么在，为什么不在。',
    'tour.content.title': '内容：文章、卡片、自动回复',
    'tour.content.text': '样例店的内容来自文件夹 content/，在这里只读；自己新建的可以直接改、发布、回到旧版本。',
    'tour.campaigns.title': '推送：从模板到发出',
    'tour.campaigns.text':
      '点“新建推送”，选“召回流失客户”。人数、会被排除的原因、额度和手机上的样子，都在发出之前看得到。',
    'tour.calendar.title': '日历：别撞车',
    'tour.calendar.text': '推送、节假日和直播排在一起，撞车和额度会提醒；拖动就能改时间。',
    'tour.deliveries.title': '投递记录：每一条都有下落',
    'tour.deliveries.text': '发没发到、为什么没发，都有凭据。结果不明的由人决定：补发，或视为已发。',
    'tour.groups.title': '客户群：谁进了、谁走了',
    'tour.groups.text': '样例企业有“新人福利群A、B”。群快满时换群，进群码不用重印。',
    'tour.inbox.title': '接待：在这里或在企业微信里',
    'tour.inbox.text': '在模拟器里发“人工”，会话就会出现在这里；时限和剩余条数写在输入框旁边。',
    'tour.accounts.title': '账号：一键体检',
    'tour.accounts.text': '接入真实账号之前先体检：地址、Token、密钥、白名单、权限，哪里不对就写着怎么改。',
  },
  {
    'tour.next': 'Next',
    'tour.back': 'Back',
    'tour.end': 'End',
    'tour.overview.title': 'Begin with what waits',
    'tour.overview.text':
      'Look here first each day: failed and unclear deliveries, groups nearly full, pushes that stopped. One click leads to the place.',
    'tour.contacts.title': 'Contacts: people of all platforms in one list',
    'tour.contacts.text':
      'Followers, mini program customers and WeCom customers become one person by their unionid. Follow the sample shop in the simulator, come back, and find yourself with a timeline.',
    'tour.segments.title': 'Segments: say whom you mean',
    'tour.segments.text':
      'The sample has “silent customers”. Change a condition and the count follows; ask of any contact why they are in or out.',
    'tour.content.title': 'Content: articles, cards, replies',
    'tour.content.text':
      'The sample shop’s content comes from the folder content/ and is read-only here; what you write here can be changed, published and rolled back.',
    'tour.campaigns.title': 'Pushes: from a template to the send',
    'tour.campaigns.text':
      'Press “new” and choose the recall template. How many, who drops out and why, the quota and the phone’s view: all before anything leaves.',
    'tour.calendar.title': 'Calendar: no collisions',
    'tour.calendar.text': 'Pushes, holidays and live shows in one place, with collisions and quota; drag to move.',
    'tour.deliveries.title': 'Deliveries: each one is accounted for',
    'tour.deliveries.text':
      'Delivered or not, and why not, with evidence. What is unclear a person decides: send again, or treat as sent.',
    'tour.groups.title': 'Groups: who joined, who left',
    'tour.groups.text':
      'The sample corporation has two groups for newcomers. A full one is followed by the next; the printed code stays.',
    'tour.inbox.title': 'Inbox: here or in WeCom',
    'tour.inbox.text':
      'Write 人工 in the simulator and the conversation appears here; time and messages left stand beside the input.',
    'tour.accounts.title': 'Accounts: one check',
    'tour.accounts.text':
      'Before a real account: address, token, key, allow-list, permissions. What is wrong says how to mend it.',
  },
)

type Texts = (typeof words)['zh']
declare module '../../words/words.js' {
  interface PartWords extends Texts {}
}
