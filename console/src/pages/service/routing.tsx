import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Form, Input, InputNumber, Select, Switch } from 'antd'
import { useWords } from '../../words/use-words.js'
import type { AnyWord } from '../../words/words.js'
import { spanText } from './definition.js'
import type { Edits } from './hours.js'

const TIMES: readonly [string, AnyWord][] = [
  ['alertAfter', 'service.time.alertAfter'],
  ['reassignAfter', 'service.time.reassignAfter'],
  ['queueAlertAfter', 'service.time.queueAlertAfter'],
  ['closeAfter', 'service.time.closeAfter'],
  ['botCloseAfter', 'service.time.botCloseAfter'],
  ['voteFor', 'service.time.voteFor'],
  ['ticketWithin', 'service.time.ticketWithin'],
]

/** Who is asked first, skills, and after how long what happens. */
export function RoutingPart({
  value,
  change,
  fixed,
  defaults,
}: Edits & { defaults: Readonly<Record<string, number>> }) {
  const { t } = useWords()
  const { routing = {}, skills = [], times = {} } = value
  const set = (next: Partial<typeof routing>) => change({ routing: { ...routing, ...next } })
  return (
    <Form layout="vertical" disabled={fixed} component="div" className="stack">
      <div className="set-grid">
        <Form.Item label={t('service.mode')} extra={t('service.mode.about')}>
          <Select
            value={routing.mode ?? 'offer'}
            aria-label={t('service.mode')}
            onChange={(mode: string) => set({ mode })}
            options={[
              { value: 'offer', label: t('service.mode.offer') },
              { value: 'assign', label: t('service.mode.assign') },
            ]}
          />
        </Form.Item>
        <Form.Item label={t('service.order')}>
          <Select
            value={routing.order ?? 'idle'}
            aria-label={t('service.order')}
            onChange={(order: string) => set({ order })}
            options={[
              { value: 'idle', label: t('service.order.idle') },
              { value: 'round-robin', label: t('service.order.round-robin') },
            ]}
          />
        </Form.Item>
        <Form.Item label={t('service.offer-to')}>
          <InputNumber
            min={1}
            max={20}
            value={routing.offerTo ?? 3}
            aria-label={t('service.offer-to')}
            onChange={(offerTo) => set({ offerTo: offerTo ?? 3 })}
          />
        </Form.Item>
        <Form.Item label={t('service.offer-for')}>
          <Input
            value={routing.offerFor ?? ''}
            placeholder="1m"
            aria-label={t('service.offer-for')}
            onChange={({ target }) => set({ offerFor: target.value })}
          />
        </Form.Item>
        <Form.Item label={t('service.keep-last')}>
          <Switch
            checked={routing.keepLast ?? true}
            aria-label={t('service.keep-last')}
            onChange={(keepLast) => set({ keepLast })}
          />
        </Form.Item>
      </div>
      <h3>{t('service.skills')}</h3>
      <p className="quiet">{t('service.skills.about')}</p>
      {skills.map((skill, at) => {
        const put = (next: Partial<typeof skill>) =>
          change({ skills: skills.map((one, index) => (index === at ? { ...one, ...next } : one)) })
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the name of a line is edited in it
          <div key={at} className="set-line">
            <Input
              value={skill.name}
              maxLength={20}
              placeholder={t('service.skill.name')}
              aria-label={t('service.skill.name')}
              onChange={({ target }) => put({ name: target.value })}
            />
            <Select
              mode="tags"
              open={false}
              className="grow"
              value={skill.tags ?? []}
              placeholder={t('service.skill.tags')}
              aria-label={t('service.skill.tags')}
              onChange={(tags: string[]) => put({ tags })}
            />
            <Select
              mode="tags"
              open={false}
              className="grow"
              value={skill.words ?? []}
              placeholder={t('service.skill.words')}
              aria-label={t('service.skill.words')}
              onChange={(words: string[]) => put({ words })}
            />
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={t('service.remove')}
              onClick={() => change({ skills: skills.filter((_, index) => index !== at) })}
            />
          </div>
        )
      })}
      {!fixed && (
        <div>
          <Button size="small" icon={<PlusOutlined />} onClick={() => change({ skills: [...skills, { name: '' }] })}>
            {t('service.skill.add')}
          </Button>
        </div>
      )}
      <h3>{t('service.times')}</h3>
      <p className="quiet">{t('service.times.about')}</p>
      <div className="set-grid">
        {TIMES.map(([key, word]) => (
          <Form.Item key={key} label={t(word)}>
            <Input
              value={times[key] ?? ''}
              placeholder={spanText(defaults[key] ?? 0)}
              aria-label={t(word)}
              onChange={({ target }) => change({ times: { ...times, [key]: target.value } })}
            />
          </Form.Item>
        ))}
      </div>
    </Form>
  )
}
