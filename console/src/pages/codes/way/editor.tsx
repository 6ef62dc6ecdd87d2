import { Alert, Button, Form, Input, Tabs } from 'antd'
import { useEffect } from 'react'
import type { ContactWay } from '../../../api/types.js'
import { LimitHelp } from '../../../help/limit-help.js'
import { useMay } from '../../../session/use-session.js'
import { Page } from '../../../shell/page.js'
import { ProblemAlert } from '../../../shell/problem.js'
import { useWords } from '../../../words/use-words.js'
import { textOf } from '../../content/shapes.js'
import { readDefinition, written } from './definition.js'
import { faultsOf } from './faults.js'
import { Field } from './field.js'
import { WayForm } from './form.js'
import { WayActions } from './head-actions.js'
import { placed } from './places.js'
import { showFault } from './show-fault.js'
import { WaySide } from './side.js'
import { useStaff } from './staff-select.js'
import { Restored, Theirs } from './unsaved.js'
import { useSave } from './use-save.js'
import { useWayDraft } from './use-way-draft.js'

/** A contact way in its form, or a new one; the same as JSON beside it. Both show one text, which is kept until saved. */
export function WayEditor({ account, way, again }: { account: string; way?: ContactWay; again(): void }) {
  const { t } = useWords()
  const may = useMay()
  const { typed, dirty, restored, set, drop } = useWayDraft(account, way)
  const { busy, save, refused, theirs, forget } = useSave({ way, drop, again })
  const value = readDefinition(typed.text)
  const off = way?.origin === 'file' || !may('contacts:write')
  const chosen = account === '-' ? textOf(value?.['account']) : account
  const staff = useStaff(way?.account, value ?? {})
  const fault = faultsOf(refused?.problem, { ...refused?.sent, slug: refused?.slug }, { ...value, slug: typed.slug })
  const store = (version: number) =>
    value && save({ slug: typed.slug, ...(chosen !== '' && { account: chosen }) }, value, version)
  useEffect(() => {
    if (refused) showFault()
  }, [refused])
  function dropAll(): void {
    forget()
    drop()
  }
  const ready = value !== undefined && (dirty || way === undefined)

  return (
    <Page
      title={way?.name ?? t('way.edit.new')}
      back={{ to: '/contact-ways', title: t('nav.contact-ways') }}
      help={<LimitHelp of="contactWays" />}
      actions={
        <WayActions way={way} off={off} busy={busy} ready={ready} save={() => store(typed.version)} again={again} />
      }
    >
      {way?.origin === 'file' && (
        <Alert type="info" showIcon title={t('way.edit.file', { file: `content/contact-ways/${way.slug}.yaml` })} />
      )}
      {!off && restored && <Restored at={restored} drop={dropAll} />}
      {refused && <ProblemAlert problem={placed(refused.problem, t)} />}
      {theirs && value && (
        <Theirs
          mine={value}
          theirs={theirs}
          busy={busy}
          close={forget}
          keepMine={() => store(theirs.version)}
          takeTheirs={() => {
            dropAll()
            again()
          }}
        />
      )}
      <div className={way ? 'way-page with-side' : 'way-page'}>
        {way && <WaySide way={way} />}
        <div className="stack">
          {!way && (
            <Form layout="vertical" requiredMark={false}>
              <Field label={t('col.id')} about={t('way.edit.slug.about')} wrong={fault('slug')}>
                {(id) => (
                  <Input
                    id={id}
                    value={typed.slug}
                    maxLength={64}
                    onChange={({ target }) => set({ slug: target.value })}
                    data-testid="way-slug"
                  />
                )}
              </Field>
            </Form>
          )}
          <Tabs
            items={[
              {
                key: 'form',
                label: t('way.edit.form'),
                children: value ? (
                  <>
                    <WayForm
                      value={value}
                      change={(next) => set({ text: written(next) })}
                      off={off}
                      isNew={!way}
                      made={way?.platformId !== undefined}
                      fault={fault}
                      staff={staff}
                    />
                    {!off && (
                      <Button
                        type="primary"
                        loading={busy}
                        disabled={!ready}
                        onClick={() => store(typed.version)}
                        className="way-save"
                      >
                        {t('act.save')}
                      </Button>
                    )}
                  </>
                ) : (
                  <Alert type="error" showIcon title={t('way.edit.bad-json')} />
                ),
              },
              {
                key: 'json',
                label: t('way.edit.json'),
                children: (
                  <Input.TextArea
                    value={typed.text}
                    readOnly={off}
                    rows={24}
                    className="way-json"
                    aria-label={t('way.edit.json')}
                    onChange={({ target }) => set({ text: target.value })}
                    spellCheck={false}
                  />
                ),
              },
            ]}
          />
        </div>
      </div>
    </Page>
  )
}
