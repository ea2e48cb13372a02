/* Events as libical reads them, in JSON: read FILE... */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>

static void quoted(const char *text)
{
    putchar('"');
    for (; text && *text; text++) {
        unsigned char sign = (unsigned char)*text;
        if (sign == '"' || sign == '\\')
            printf("\\%c", sign);
        else if (sign < ' ')
            printf("\\u%04x", sign);
        else
            putchar(sign);
    }
    putchar('"');
}

/* An instant in UTC, or a date; a time whose zone has no VTIMEZONE stays recognisable. */
static void written(icalcomponent *calendar, icalproperty *property, struct icaltimetype time)
{
    icalparameter *zone = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
    icaltimezone *known = zone ? icalcomponent_get_timezone(calendar, icalparameter_get_tzid(zone)) : NULL;
    if (time.is_date) {
        printf("\"%04d-%02d-%02d\"", time.year, time.month, time.day);
        return;
    }
    if (known)
        icaltimezone_convert_time(&time, known, icaltimezone_get_utc_timezone());
    else if (!icaltime_is_utc(time))
        time.year = 0;
    printf("\"%04d-%02d-%02dT%02d:%02d:%02dZ\"", time.year, time.month, time.day, time.hour, time.minute, time.second);
}

static void one(icalcomponent *calendar, icalcomponent *event)
{
    icalproperty *start = icalcomponent_get_first_property(event, ICAL_DTSTART_PROPERTY);
    icalproperty *end = icalcomponent_get_first_property(event, ICAL_DTEND_PROPERTY);
    printf("{\"uid\": ");
    quoted(icalcomponent_get_uid(event));
    if (start) {
        printf(", \"start\": ");
        written(calendar, start, icalproperty_get_dtstart(start));
    }
    if (end) {
        printf(", \"end\": ");
        written(calendar, end, icalproperty_get_dtend(end));
    }
    printf(", \"title\": ");
    quoted(icalcomponent_get_summary(event));
    printf(", \"place\": ");
    quoted(icalcomponent_get_location(event));
    putchar('}');
}

static char *whole(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t room = 1 << 24;
    char *text = file ? calloc(1, room) : NULL;
    if (!text || fread(text, 1, room - 1, file) == 0)
        exit(2);
    fclose(file);
    return text;
}

int main(int count, char **paths)
{
    icalerror_set_errors_are_fatal(0);
    for (int at = 1; at < count; at++) {
        char *text = whole(paths[at]);
        icalcomponent *calendar = icalparser_parse_string(text);
        if (!calendar || icalcomponent_count_errors(calendar) > 0) {
            puts("\"libical finds errors\"");
        } else {
            const char *comma = "";
            icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
            putchar('[');
            for (; event; event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT), comma = ", ") {
                fputs(comma, stdout);
                one(calendar, event);
            }
            puts("]");
        }
        if (calendar)
            icalcomponent_free(calendar);
        free(text);
    }
}
