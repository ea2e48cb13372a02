// Events as KDE's KCalendarCore reads them, in JSON: read FILE...
#include <KCalendarCore/ICalFormat>
#include <KCalendarCore/MemoryCalendar>
#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <cstdio>

using namespace KCalendarCore;

static QString written(const Event::Ptr &event, const QDateTime &time)
{
    return event->allDay() ? time.date().toString(Qt::ISODate) : time.toUTC().toString(QStringLiteral("yyyy-MM-dd'T'HH:mm:ss'Z'"));
}

int main(int count, char **arguments)
{
    QCoreApplication application(count, arguments);
    for (int at = 1; at < count; at++) {
        QFile file(QString::fromLocal8Bit(arguments[at]));
        auto calendar = MemoryCalendar::Ptr::create(QTimeZone::utc());
        if (!file.open(QIODevice::ReadOnly) || !ICalFormat().fromRawString(calendar, file.readAll())) {
            std::puts("\"no calendar\"");
            continue;
        }
        QJsonArray events;
        for (const auto &event : calendar->rawEvents()) {
            // Its last day of a whole-day event is inclusive.
            const QDateTime end = event->allDay() ? event->dtEnd().addDays(1) : event->dtEnd();
            events.append(QJsonObject{{"uid", event->uid()}, {"start", written(event, event->dtStart())}, {"end", written(event, end)},
                                      {"title", event->summary()}, {"place", event->location()}});
        }
        std::puts(QJsonDocument(events).toJson(QJsonDocument::Compact).constData());
    }
}
