# Events as ruby-icalendar reads them, in JSON: ruby read.rb FILE...
require "stringio"
require "icalendar"
require "json"

def written(value)
  return value.strftime("%Y-%m-%d") if value.is_a?(Icalendar::Values::Date)
  value.to_time.getutc.strftime("%Y-%m-%dT%H:%M:%SZ")
end

ARGV.each do |path|
  text = File.binread(path).force_encoding("UTF-8")
  raise "not UTF-8" unless text.valid_encoding?
  events = Icalendar::Parser.new(text, true).parse.flat_map(&:events).map do |event|
    { uid: event.uid.to_s, start: written(event.dtstart), end: written(event.dtend),
      title: event.summary.to_s, place: event.location.to_s }
  end
  puts JSON.generate(events)
rescue StandardError => error
  puts JSON.generate("#{error.class}: #{error.message}")
end
