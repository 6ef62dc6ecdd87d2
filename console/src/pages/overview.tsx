import { Link } from 'react-router'
import { useMay } from '../session/use-session.js'
import { Page } from '../shell/page.js'
import { useWords } from '../words/use-words.js'
import { DeliveryFigures, PeopleFigures } from './overview/figures.js'
import { Plans } from './overview/plans.js'
import { ToDo } from './overview/to-do.js'

/** The first page: what waits for somebody, how many there are, what leaves next. */
export function Overview() {
  const { t } = useWords()
  const may = useMay()
  return (
    <Page title={t('nav.overview')} actions={<Link to="/?tour=0">{t('overview.tour')}</Link>}>
      <ToDo />
      <div className="figures">
        {may('segments:read') && <PeopleFigures />}
        {may('deliveries:read') && <DeliveryFigures />}
      </div>
      {may('campaigns:read') && (
        <section className="panel">
          <header>
            <h2>{t('overview.plans')}</h2>
            <Link to="/campaigns">{t('act.all')}</Link>
          </header>
          <Plans />
        </section>
      )}
    </Page>
  )
}
