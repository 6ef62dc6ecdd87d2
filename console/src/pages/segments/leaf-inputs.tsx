import { useWords } from '../../words/use-words.js'
import type { AnyWord } from '../../words/words.js'
import { ConditionInput } from './condition-input.js'
import { FactInputs } from './fact-inputs.js'
import { Choice, Many, NumberInput, SpanInput, TextInput } from './inputs.js'
import type { Draft, Leaf } from './tree.js'
import { useKnown } from './vocabulary.js'

/** What the inputs of a condition take: its content, without its name. */
export interface LeafProps {
  kind: Leaf
  value: Draft
  change(value: Draft): void
  off: boolean
}

/** The inputs of one condition. */
export function LeafInputs(props: LeafProps) {
  const { kind, value, change, off } = props
  const known = useKnown()
  switch (kind) {
    case 'profile':
      return <ConditionInput value={value} fields={known.fields} change={change} off={off} />
    case 'tag':
      return <TagInputs {...props} />
    case 'follow':
      return <FollowInputs {...props} />
    case 'consent':
      return <ConsentInputs {...props} />
    case 'segment':
      return <SegmentInput {...props} />
    case 'bucket':
      return <BucketInputs {...props} />
    case 'reachable':
      return <ReachableInput {...props} />
    default:
      return <FactInputs {...props} />
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])

function TagInputs({ value, change, off }: LeafProps) {
  const { t } = useWords()
  const has = !Object.hasOwn(value, 'notIn')
  const names = list(has ? value['in'] : value['notIn'])
  return (
    <>
      <Choice
        value={has ? 'in' : 'notIn'}
        off={off}
        label={t('seg.tag.how')}
        options={[
          { value: 'in', label: t('seg.tag.in') },
          { value: 'notIn', label: t('seg.tag.notIn') },
        ]}
        change={(next) => change({ [next]: names })}
      />
      <Many
        value={names}
        options={[]}
        off={off}
        label={t('col.tags')}
        change={(next) => change({ [has ? 'in' : 'notIn']: next })}
      />
    </>
  )
}

const STATES: readonly (readonly [string, AnyWord])[] = [
  ['following', 'seg.follow.following'],
  ['unfollowed', 'seg.follow.unfollowed'],
  ['never', 'seg.follow.never'],
]
const SINCE: readonly (readonly [string, AnyWord])[] = [
  ['', 'seg.follow.any-time'],
  ['within', 'seg.follow.within'],
  ['olderThan', 'seg.follow.olderThan'],
]

function FollowInputs({ value, change, off }: LeafProps) {
  const { t } = useWords()
  const { accounts } = useKnown()
  const since = value['within'] !== undefined ? 'within' : value['olderThan'] !== undefined ? 'olderThan' : ''
  const { within: _, olderThan: __, ...rest } = value
  const channel = value['channel'] === 'wecom' ? 'wecom' : value['channel'] === undefined ? 'any' : 'oa'
  return (
    <>
      <Choice
        value={channel}
        off={off}
        label={t('seg.follow.channel')}
        options={[
          { value: 'oa', label: t('seg.follow.oa') },
          { value: 'wecom', label: t('seg.follow.wecom') },
          { value: 'any', label: t('seg.follow.either') },
        ]}
        change={(next) => {
          const { channel: ___, ...others } = value
          change(next === 'any' ? others : { ...others, channel: next })
        }}
      />
      <Choice
        value={text(value['account']) ?? ''}
        off={off}
        label={t('seg.follow.account')}
        options={[
          { value: '', label: t('seg.follow.every-account') },
          ...accounts.map((name) => ({ value: name, label: name })),
        ]}
        change={(next) => {
          const { account: ___, ...others } = value
          change(next === '' ? others : { ...others, account: next })
        }}
      />
      <Choice
        value={text(value['state'])}
        off={off}
        label={t('col.state')}
        options={STATES.map(([state, word]) => ({ value: state, label: t(word) }))}
        change={(state) => change(state === 'following' ? { ...value, state } : { ...rest, state })}
      />
      {value['state'] === 'following' && (
        <Choice
          value={since}
          off={off}
          label={t('seg.follow.since')}
          options={SINCE.map(([name, word]) => ({ value: name, label: t(word) }))}
          change={(next) => change(next === '' ? rest : { ...rest, [next]: '7d' })}
        />
      )}
      {since !== '' && (
        <SpanInput
          value={value[since]}
          off={off}
          label={t('seg.follow.since')}
          change={(next) => change({ ...rest, [since]: next })}
        />
      )}
    </>
  )
}

const CONSENTS: readonly (readonly [string, AnyWord])[] = [
  ['', 'seg.consent.agreed'],
  ['granted', 'seg.consent.granted'],
  ['withdrawn', 'seg.consent.withdrawn'],
  ['never-asked', 'seg.consent.never-asked'],
  ['not-withdrawn', 'seg.consent.not-withdrawn'],
]

function ConsentInputs({ value, change, off }: LeafProps) {
  const { t } = useWords()
  const { state: _, ...rest } = value
  return (
    <>
      <Choice
        value={text(value['purpose'])}
        off={off}
        label={t('seg.consent.purpose')}
        options={[
          { value: 'marketing', label: t('seg.consent.marketing') },
          { value: 'care', label: t('seg.consent.care') },
        ]}
        change={(purpose) => change({ ...value, purpose })}
      />
      <Choice
        value={text(value['state']) ?? ''}
        off={off}
        label={t('col.state')}
        options={CONSENTS.map(([state, word]) => ({ value: state, label: t(word) }))}
        change={(state) => change(state === '' ? rest : { ...value, state })}
      />
    </>
  )
}

function SegmentInput({ value, change, off }: LeafProps) {
  const { t } = useWords()
  const { segments } = useKnown()
  return (
    <Choice
      value={text(value['id']) || undefined}
      off={off}
      label={t('seg.other')}
      options={segments.map(({ slug, title }) => ({ value: slug, label: `${title}（${slug}）` }))}
      change={(id) => change({ id })}
      wide
      search
    />
  )
}

function BucketInputs({ value, change, off }: LeafProps) {
  const { t } = useWords()
  return (
    <>
      <span className="quiet">{t('seg.bucket.salt')}</span>
      <TextInput
        value={value['salt']}
        off={off}
        label={t('seg.bucket.salt')}
        change={(salt) => change({ ...value, salt })}
      />
      <NumberInput
        value={value['from']}
        off={off}
        label={t('seg.bucket.from')}
        change={(from) => change({ ...value, from })}
      />
      <span className="quiet">% {t('seg.to')}</span>
      <NumberInput value={value['to']} off={off} label={t('seg.bucket.to')} change={(to) => change({ ...value, to })} />
      <span className="quiet">%</span>
    </>
  )
}

function ReachableInput({ value, change, off }: LeafProps) {
  const { t, label } = useWords()
  const { reachable } = useKnown()
  return (
    <Choice
      value={text(value['channel'])}
      off={off}
      label={t('seg.reachable')}
      options={reachable.map((name) => ({ value: name, label: label('channel', name) }))}
      change={(channel) => change({ channel })}
    />
  )
}
