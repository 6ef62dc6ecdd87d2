import { Tabs } from 'antd'
import { useSearchParams } from 'react-router'
import { Needs } from '../shell/needs.js'
import { Page } from '../shell/page.js'
import { useWords, WithWords } from '../words/use-words.js'
import { AlertHistory } from './alerts/history.js'
import { AlertPlaces } from './alerts/places.js'
import { AlertRules } from './alerts/rules.js'
import { words } from './alerts/words.js'

/** What staff are told of, what they were told, and whether it still reaches them. */
export function Alerts() {
  const { t } = useWords()
  const [search, setSearch] = useSearchParams()
  return (
    <Needs scope="operations:read">
      <Page title={t('nav.alerts')} about={t('alerts.about')}>
        <Tabs
          activeKey={search.get('tab') ?? 'rules'}
          destroyOnHidden
          onChange={(tab) => setSearch({ tab })}
          items={[
            {
              key: 'rules',
              label: t('alerts.rules'),
              children: (
                <WithWords words={words}>
                  <AlertRules />
                </WithWords>
              ),
            },
            { key: 'history', label: t('alerts.history'), children: <AlertHistory /> },
            { key: 'places', label: t('alerts.places'), children: <AlertPlaces /> },
          ]}
        />
      </Page>
    </Needs>
  )
}
