<?php // Events as PHP libraries read them, in JSON: php read.php horde|sabre FILE...
error_reporting(0);
set_include_path('/usr/share/php');
spl_autoload_register(fn ($class) => @include_once str_replace('_', '/', $class) . '.php');
require_once 'Sabre/VObject/autoload.php';

function horde(string $text): array
{
    $written = fn ($value) => is_array($value)
        ? sprintf('%04d-%02d-%02d', $value['year'], $value['month'], $value['mday'])
        : gmdate('Y-m-d\TH:i:s\Z', $value);
    $calendar = new Horde_Icalendar();
    if (!$calendar->parsevCalendar($text)) throw new Exception('no calendar');
    $events = array_filter($calendar->getComponents(), fn ($part) => $part instanceof Horde_Icalendar_Vevent);
    return array_values(array_map(fn ($event) => [
        'uid' => $event->getAttribute('UID'),
        'start' => $written($event->getAttribute('DTSTART')),
        'end' => $written($event->getAttribute('DTEND')),
        'title' => $event->getAttribute('SUMMARY'),
        'place' => $event->getAttributeDefault('LOCATION', ''),
    ], $events));
}

function sabre(string $text): array
{
    $written = function ($property) {
        $time = $property->getDateTime();
        $isDate = $property->getDateType() === Sabre\VObject\Property\DateTime::DATE;
        return $isDate ? $time->format('Y-m-d') : $time->setTimezone(new DateTimeZone('UTC'))->format('Y-m-d\TH:i:s\Z');
    };
    // This version leaves texts escaped, so that there is nothing to compare.
    $event = fn ($event) => ['uid' => $event->UID->value, 'start' => $written($event->DTSTART), 'end' => $written($event->DTEND)];
    return array_map($event, iterator_to_array(Sabre\VObject\Reader::read($text)->select('VEVENT'), false));
}

foreach (array_slice($argv, 2) as $path) {
    try {
        $read = $argv[1](file_get_contents($path));
    } catch (Throwable $error) {
        $read = get_class($error) . ': ' . $error->getMessage();
    }
    echo json_encode($read), "\n";
}
