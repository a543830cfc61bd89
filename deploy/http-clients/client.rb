require "net/http"

STDIN.each_line do |line|
  method, url, name, value, body = line.chomp.split("\t", -1)
  uri = URI(url)
  request = Net::HTTP.const_get(method.capitalize).new(uri)
  request[name] = value unless name.empty?
  request.body = body unless body.empty?
  request.content_type = "application/json" if body.start_with?("{")
  answer = Net::HTTP.start(uri.host, uri.port, read_timeout: 20) { |http| http.request(request) }
  puts "#{answer.code} #{answer.body.to_s.gsub(/\R/, " ")}"
end
