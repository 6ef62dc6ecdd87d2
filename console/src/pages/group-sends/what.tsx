import { Card } from 'antd'
import { Fields, Moment } from '../../shell/bits.js'
import { useWords } from '../../words/use-words.js'
import { fieldsOf, listOf } from '../content/shapes.js'
import { KIND_WORDS } from './names.js'
import { kindOf, type Shown } from './shown.js'
import { spanText, whenText } from './when-text.js'

/** What a group send says to whom, when, and what happens to those who do not confirm. */
export function What({ send, expireAfterMinutes }: { send: Shown; expireAfterMinutes: number | undefined }) {
  const words = useWords()
  const { t, label, number } = words
  const { definition, names, version, authors, approval, next } = send
  const { escalate, remindAfter = [], expireAfter } = definition
  const lasts = expireAfter ?? (expireAfterMinutes === undefined ? undefined : `${expireAfterMinutes / 60}h`)
  return (
    <Card size="small" title={t('campaign.what')}>
      <Fields
        lines={[
          [t('send.who'), <WhoText key="who" send={send} />],
          [t('col.purpose'), label('purpose', definition.purpose)],
          ...definition.messages.map(
            ({ text, article, card, link, image }, index) =>
              [
                `${t('group-send.message')} ${index + 1}`,
                <p key={text ?? article ?? card} className="said">
                  {text ?? article ?? card ?? link?.title ?? image}
                  {link && <span className="quiet"> {link.url}</span>}
                </p>,
              ] as const,
          ),
          [t('campaign.schedule'), whenText(definition.schedule, words) ?? t('campaign.by-hand')],
          next && [t('col.next'), <Moment key="next" at={next.at} />],
          remindAfter.length > 0
            ? [t('send.reminders'), remindAfter.map((one) => spanText(one, words)).join(t('list.comma'))]
            : undefined,
          escalate && [
            t('send.escalate'),
            t(escalate.transferGroups ? 'send.escalate.moved' : 'send.escalate.told', {
              span: spanText(`${escalate.afterMinutes}m`, words),
              to: escalate.to,
            }),
          ],
          lasts === undefined ? undefined : [t('send.expires'), spanText(lasts, words)],
          [t('campaign.version'), `${version} · ${authors.map((one) => names[one] ?? one).join(t('list.comma'))}`],
          approval && [
            t('campaign.approval'),
            `${names[approval.by] ?? approval.by} · ${t(KIND_WORDS[kindOf(definition.to)].n, { n: number(approval.targets) })}`,
          ],
        ]}
      />
    </Card>
  )
}

/** Whom it means, as it is written. */
function WhoText({ send }: { send: Shown }) {
  const { t } = useWords()
  const { to } = send.definition
  const kind = kindOf(to)
  const chosen = Object.entries(fieldsOf(to[kind])).filter(([name]) => name !== 'via' && name !== 'all')
  const named = {
    labels: t('send.labels'),
    folders: t('send.folders'),
    chatIds: t('send.chats'),
    segment: t('send.segment'),
    tags: t('send.tags'),
    ids: t('send.ids'),
    allOf: t('send.all-of'),
    staff: t('send.staff'),
    departments: t('send.departments'),
  }
  return (
    <>
      {t(KIND_WORDS[kind].name)}
      {to.groups?.all === true && ` · ${t('send.all-groups')}`}
      {chosen.map(([name, value]) => {
        const list = listOf(value)
        const few =
          list.length > 5 ? `${list.slice(0, 5).join(t('list.comma'))}… (${list.length})` : list.join(t('list.comma'))
        return <div key={name}>{`${named[name as keyof typeof named] ?? name}: ${few}`}</div>
      })}
    </>
  )
}
